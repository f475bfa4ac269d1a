# Two stages: the first installs, the second only runs. Plain Dockerfile syntax, so that any builder will do.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
# pip lives in an environment of its own, so that the one we ship never has it.
COPY docker/build-requirements.txt /src/docker/
RUN python3 -m venv --without-pip /opt/afterglow \
    && python3 -m venv /opt/build \
    && /opt/build/bin/pip install --quiet --require-hashes --only-binary :all: -r /src/docker/build-requirements.txt

# The locked set first: it changes seldom, our code often.
WORKDIR /src
COPY docker/requirements.txt docker/
RUN /opt/build/bin/pip --python /opt/afterglow/bin/python install --quiet --no-compile \
        --require-hashes --only-binary :all: -r docker/requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY docker/healthcheck.py /opt/afterglow/
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /tmp/dist . \
    && /opt/build/bin/pip --python /opt/afterglow/bin/python install --quiet --no-compile --no-index --no-deps /tmp/dist/*.whl \
    && /opt/build/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
        --output-file /opt/afterglow/sbom.cdx.json /opt/afterglow/bin/python \
    && PYTHONHASHSEED=0 /opt/afterglow/bin/afterglow compile \
    && /opt/afterglow/bin/python -m compileall -q -f --invalidation-mode unchecked-hash /opt/afterglow/lib \
    && chmod -R a+rX /opt/afterglow


FROM ${BASE}
COPY --from=build /opt/afterglow /opt/afterglow
ENV PATH=/opt/afterglow/bin:$PATH AFTERGLOW_HOST=0.0.0.0 AFTERGLOW_PORT=8000
# Bad content makes no image. The official base ships its standard library uncompiled: importing compiles what we use of it.
RUN afterglow check && python -c "import asyncio, http.client, uvicorn, service.app"
# Time zones come from the locked tzdata, not from whatever the base brings.
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONTZPATH=""

USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "/opt/afterglow/healthcheck.py"]
CMD ["afterglow", "serve"]

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Afterglow" \
      org.opencontainers.image.description="Sourced answers on microcurrent after injectables" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
