import type { OpenAPIHono } from "@hono/zod-openapi";
import { type AppOptions, createApi } from "./api-app.ts";
import { addOEmbed } from "./api/oembed.ts";
import { addAddingPage } from "./pages/adding.ts";
import { addAssets } from "./pages/assets.ts";
import { addChangesPage } from "./pages/changes.ts";
import { addChannelPage } from "./pages/channel.ts";
import { addComparePage } from "./pages/compare.ts";
import { addPages, problemPage } from "./pages/desk.ts";
import { addDocs } from "./pages/docs.ts";
import { addEmbed } from "./pages/embed.ts";
import { addEntrance } from "./pages/enter.ts";
import { addIslands } from "./pages/islands.ts";
import { addKeysPage } from "./pages/keys.ts";
import { pageParameters } from "./pages/page-parameters.ts";
import { addRunPages } from "./pages/runs.ts";
import { addSavedPages } from "./pages/saved.ts";
import { addSchedulePages } from "./pages/schedules.ts";
import { addStatus } from "./pages/status.ts";
import { addWidget } from "./pages/widget.ts";

/** API and pages as one application of requests and answers; listens to nothing by itself. */
export function createApp(options: AppOptions): OpenAPIHono {
  const { app, parts } = createApi(options, {
    refuse: problemPage,
    parameters: pageParameters,
  });
  addStatus(app, parts);
  addDocs(app, parts);
  addAssets(app);
  addWidget(app, parts);
  addEmbed(app, parts);
  addOEmbed(app, parts);
  addIslands(app);
  addPages(app, parts);
  addChannelPage(app, parts);
  addAddingPage(app, parts);
  addChangesPage(app, parts);
  addComparePage(app, parts);
  addEntrance(app, parts);
  addKeysPage(app, parts);
  addSavedPages(app, parts);
  addRunPages(app, parts);
  addSchedulePages(app, parts);
  return app;
}
