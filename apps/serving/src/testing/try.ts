import { createFileArtifactStore, createRedis } from "@shortlist/platform";
import { createReleaseFixture } from "./releaseFixture";
import { createControl, publishControl } from "./publishControl";
const redis = createRedis("redis://127.0.0.1:7399"); await redis.connect();
const store = createFileArtifactStore("/tmp/try-artifacts");
const f = await createReleaseFixture({ workspace: "shop", store, number: Number(process.argv[2] ?? 1) });
const { document, apiKey } = createControl("shop", f.wanted, { revision: Number(process.argv[2] ?? 1) });
await publishControl(redis, document); console.log(apiKey); redis.disconnect();
