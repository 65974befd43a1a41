# Every stage but the last runs on the machine that builds, and the last one only copies: one file for amd64 and arm64,
# and no step needs an emulator. Nothing in node_modules is compiled, and the dictionary is the same everywhere.

# Node 24 is in the image, so the packages that bring it elsewhere are left out.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# What browsers get is bundled here, and libraries of which little is used, so that the image needs no bundler. The bundler's
# own binary is an optional package.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scraper scraper
COPY server server
COPY web web
COPY packaging packaging
RUN node packaging/libraries.ts libraries
RUN node web/bundle/bundle.ts web/bundle/bundle.json

FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS dictionary
RUN apt-get update && apt-get install --yes --no-install-recommends hunspell-uk

# All that is ours, laid out as in the image. Whatever rights the files of the checkout have, here everybody may read
# them and nobody but root write; the folder of the archive is open to any user the container is run as.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS files
WORKDIR /image/app
COPY package.json LICENSE ./
COPY LICENSES LICENSES
COPY scraper scraper
COPY server server
COPY web web
COPY --from=bundle /app/web/bundle/bundle.json web/bundle/
COPY --from=bundle /app/libraries node_modules/
COPY --from=dictionary /usr/share/doc/hunspell-uk/copyright LICENSES/hunspell-uk.txt
COPY --from=dictionary /usr/share/hunspell/uk_UA.aff /usr/share/hunspell/uk_UA.dic /image/usr/share/hunspell/
RUN mkdir -p /image/usr/local/bin \
  && ln -s /app/server/main.ts /image/usr/local/bin/backscroll \
  && chmod -R u=rwX,go=rX /image \
  && chmod 755 /image/app/server/main.ts \
  && mkdir -m 1777 /image/data

FROM node:24-bookworm-slim
# Version, revision and date are of the build that publishes it, which gives them.
LABEL org.opencontainers.image.title="Backscroll" \
  org.opencontainers.image.description="Keeps public Telegram channels and finds anything that was ever posted in them." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
WORKDIR /app
ENV NODE_ENV=production BACKSCROLL_DATA=/data BACKSCROLL_HOST=0.0.0.0
COPY --from=install /app/node_modules node_modules
COPY --from=files /image /
USER node
VOLUME /data
EXPOSE 8080
# Asked every second until it answers for the first time, every half minute from then on.
HEALTHCHECK --interval=30s --timeout=5s --start-period=1m --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BACKSCROLL_PORT || 8080}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["backscroll"]
CMD ["serve"]
