import type { ProblemBody } from "@shortlist/contracts";
import { AppError, deriveServiceKey } from "@shortlist/platform";
import type { AppContext } from "../../context";

/** Serving answers in milliseconds; a person waiting longer than this should be told that it does not. */
const TIMEOUT_MS = 5_000;

/** Calls the serving API as this workspace, with the key derived for the product's own processes; without a body by GET. */
export async function callServing(
  { env }: Pick<AppContext, "env">,
  workspace: string,
  call: { path: string; body?: unknown; timeoutMs?: number },
): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(new URL(call.path, env.SERVING_URL), {
      method: call.body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${deriveServiceKey(env.SERVICE_KEY, workspace)}`,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS),
    });
  } catch (cause) {
    throw new AppError("dependency_down", "serving did not answer", {
      publicDetail: `The serving API at ${env.SERVING_URL} does not answer`,
      cause,
    });
  }
  if (answer.ok) return answer.json();
  const problem = (await answer.json().catch(() => null)) as ProblemBody | null;
  throw toAppError(answer.status, problem);
}

function toAppError(status: number, problem: ProblemBody | null): AppError {
  const detail = problem?.detail ?? problem?.title ?? `Serving answered ${status}`;
  const text = `serving answered ${status}`;
  if (problem?.code === "invalid_request" || problem?.code === "no_release")
    return new AppError(problem.code, text, {
      publicDetail: detail,
      ...(problem.errors === undefined ? {} : { fields: problem.errors }),
    });
  // A key it does not know yet: the control document has not reached it.
  if (status === 401 || status === 403)
    return new AppError("no_release", text, { publicDetail: "Serving does not know this workspace yet" });
  return new AppError("dependency_down", text, { publicDetail: detail });
}
