# OnRecord as one process: `onrecord run --forever`, with the archive in /archive.
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 onrecord \
    && mkdir /archive && chown onrecord /archive && chmod 700 /archive
COPY . /src
RUN python -m pip install --no-cache-dir --constraint /src/constraints.txt '/src[alerts]' \
    && rm -rf /src

USER 10001
ENV ONRECORD_ARCHIVE=/archive
VOLUME /archive
# SIGTERM ends a visit after the current exchange; 30 seconds are enough for that.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15m --timeout=1m CMD ["onrecord", "--quiet", "status", "--fail"]
ENTRYPOINT ["onrecord"]
CMD ["run", "--forever"]
