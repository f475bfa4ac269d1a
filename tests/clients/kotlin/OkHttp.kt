// Signatures of OkHttp, as far as the generated calls name them. The compiler needs them to check the rest.
package okhttp3

interface Call {
    interface Factory
}

class HttpUrl {
    val encodedPathSegments: List<String> get() = TODO()

    class Builder {
        fun scheme(scheme: String): Builder = TODO(scheme)

        fun host(host: String): Builder = TODO(host)

        fun addPathSegment(pathSegment: String): Builder = TODO(pathSegment)

        fun build(): HttpUrl = TODO()
    }
}
