-- Sends the requests of a file in turn: method and path on its first line, a header on each of the next, an empty line, then a
-- body on each line. Ends with one line of JSON for whoever started wrk.
local requests, next_one = {}, 0

function init(arguments)
    local lines = {}
    for line in io.lines(arguments[1]) do lines[#lines + 1] = line end
    local method, path = lines[1]:match("^(%S+) (%S+)$")
    local headers, at = {}, 2
    while lines[at] ~= "" do
        local name, value = lines[at]:match("^([^:]+): (.*)$")
        headers[name], at = value, at + 1
    end
    for number = at + 1, #lines do
        local body = lines[number]
        if body == "" then body = nil end
        requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
end

function request()
    next_one = next_one % #requests + 1
    return requests[next_one]
end

function done(summary, latency, _)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    print(string.format('{"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d}',
        summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
