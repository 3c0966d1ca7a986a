import { auditRouter } from "../modules/audit/router";
import { catalogRouter } from "../modules/catalog/router";
import { explainRouter } from "../modules/explain/router";
import { featureViewsRouter } from "../modules/featureViews/router";
import { homeRouter } from "../modules/home/router";
import { identityRouter } from "../modules/identity/router";
import { importsRouter } from "../modules/imports/router";
import { jobsRouter } from "../modules/jobs/router";
import { keysRouter } from "../modules/keys/router";
import { listsRouter } from "../modules/lists/router";
import { membersRouter } from "../modules/members/router";
import { playgroundRouter } from "../modules/playground/router";
import { qualityRouter } from "../modules/quality/router";
import { modelsRouter } from "../modules/registry/router";
import { releasesRouter } from "../modules/releases/router";
import { rolloutsRouter } from "../modules/rollouts/router";
import { rulesRouter } from "../modules/rules/router";
import { servingRouter } from "../modules/serving/router";
import { surfacesRouter } from "../modules/surfaces/router";
import { switchesRouter } from "../modules/switches/router";
import { trainingSetsRouter } from "../modules/trainingSets/router";
import { workspacesRouter } from "../modules/workspaces/router";
import { router } from "./init";

/** Everything the console can ask. The type is all the console imports. */
export const appRouter = router({
  audit: auditRouter,
  catalog: catalogRouter,
  explain: explainRouter,
  featureViews: featureViewsRouter,
  home: homeRouter,
  identity: identityRouter,
  imports: importsRouter,
  jobs: jobsRouter,
  keys: keysRouter,
  lists: listsRouter,
  members: membersRouter,
  models: modelsRouter,
  playground: playgroundRouter,
  quality: qualityRouter,
  releases: releasesRouter,
  rollouts: rolloutsRouter,
  rules: rulesRouter,
  surfaces: surfacesRouter,
  switches: switchesRouter,
  serving: servingRouter,
  trainingSets: trainingSetsRouter,
  workspaces: workspacesRouter,
});

export type AppRouter = typeof appRouter;
