"""Exit 0 if the service in this container answers ``/healthz`` with 200, else 1. No proxy is asked."""

import http.client
import os
import sys

EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # what to ask of a server that listens on all


def main() -> int:
    host = os.environ.get("AFTERGLOW_HOST", "127.0.0.1")
    port = int(os.environ.get("AFTERGLOW_PORT", "8000"))
    connection = http.client.HTTPConnection(EVERY_ADDRESS.get(host, host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"/healthz does not answer: {error}")
        return 1
    finally:
        connection.close()
    print(f"/healthz answers {status}")
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
