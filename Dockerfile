FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
COPY db-migrations db-migrations
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -q -Dmaven.test.skip=true -Dspotless.check.skip package

FROM eclipse-temurin:25-jre
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/tokentally --create-home tokentally
WORKDIR /opt/tokentally
COPY tokentally ./
COPY --from=build /build/target/quarkus-app target/quarkus-app
# The signing keys live here; with no TOKENTALLY_DATABASE_URL, so does the database.
VOLUME /var/lib/tokentally
ENV TOKENTALLY_HOME=/var/lib/tokentally \
    TOKENTALLY_JAVA_HOME=/opt/java/openjdk \
    QUARKUS_HTTP_HOST=0.0.0.0 \
    PATH=/opt/tokentally:$PATH
USER tokentally
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=6 \
    CMD curl --fail --silent --output /dev/null http://127.0.0.1:${QUARKUS_HTTP_PORT:-8080}/q/health/ready
ENTRYPOINT ["/opt/tokentally/tokentally"]
CMD ["serve"]
