// Signatures of the generator's own ApiClient, which is built on OkHttp and Moshi and owes nothing to our description.
package afterglow.client.infrastructure

import okhttp3.Call

open class ApiClient(val baseUrl: String, val client: Call.Factory = defaultClient) {
    companion object {
        const val BASE_URL_KEY = "afterglow.client.baseUrl"
        var accessToken: String? = null

        val defaultClient: Call.Factory get() = TODO()
    }

    protected inline fun <reified I, reified T : Any?> request(requestConfig: RequestConfig<I>): ApiResponse<T?> =
        TODO("$baseUrl ${requestConfig.path}")

    protected inline fun <reified T : Any> parseDateToQueryString(value: T): String = value.toString()
}
