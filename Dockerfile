# The image of `serin controller` and `serin analytics`; docs/controller.md says how to build it.
ARG NODE_IMAGE=node:20.19-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
# What the command line is made of, and nothing else: no components, no sandbox, no bench.
COPY tsconfig.json ./
COPY types types
COPY engine engine
COPY adapters adapters
COPY driver driver
COPY controller controller
COPY analytics analytics
COPY simulation simulation
COPY cli cli
RUN npx --no-install tsc --build tsconfig.json && rm dist/.tsbuildinfo
# Only `pulumi up` needs Pulumi's SDK, and that is half of what would be installed.
RUN npm uninstall --omit=dev @pulumi/pulumi @pulumi/kubernetes

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY LICENSE NOTICE ./
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["node", "--max-old-space-size=144", "--max-semi-space-size=8", "/app/dist/cli/main.js"]
CMD ["controller"]
