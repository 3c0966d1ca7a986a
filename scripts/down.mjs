// `npm run down`: ends what `npm run up` started from this clone, and nothing else.

import { stopRunning } from "./lib/runState.mjs";
import { say } from "./lib/say.mjs";

const stopped = await stopRunning();
say(stopped.length === 0 ? "Nothing of this clone is running." : `Stopped ${stopped.join(", ")}.`);
