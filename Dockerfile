# The image brings Node 24, so the platform packages that bring it elsewhere are left out.
FROM node:24-bookworm-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

# What browsers get is bundled here, so that the image needs no bundler.
FROM node:24-bookworm-slim AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --no-audit --no-fund
COPY tsconfig.json ./
COPY scraper scraper
COPY server server
COPY web web
RUN node web/bundle/bundle.ts dist

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production BACKSCROLL_DATA=/data BACKSCROLL_HOST=0.0.0.0
COPY --from=install /app/node_modules node_modules
COPY package.json ./
COPY scraper scraper
COPY server server
COPY web web
COPY --from=bundle /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "server/main.ts"]
CMD ["serve"]
