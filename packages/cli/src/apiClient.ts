import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { ApiEnv } from "./env";

/** A refused or failed call of the control plane, with its problem text for the person at the terminal. */
export class ApiCallError extends Error {
  override readonly name = "ApiCallError";
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  getBytes(path: string): Promise<Uint8Array>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** Sends a file without holding it in memory. */
  putFile<T>(path: string, file: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
}

/** Calls the control plane's REST API with the service key. */
export function createApiClient(env: ApiEnv): ApiClient {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    let answer: Response;
    try {
      answer = await fetch(`${env.API_URL}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${env.SERVICE_KEY}`,
          ...(body === undefined || body instanceof Readable ? {} : { "content-type": "application/json" }),
        },
        ...toBody(body),
      });
    } catch {
      throw new ApiCallError(
        `No answer from the API at ${env.API_URL}. Is it running? Start it with: npm run up`,
        0,
      );
    }
    if (answer.ok) return answer;
    const problem = describeProblem(`${method} ${path}`, answer.status, await answer.text());
    throw new ApiCallError(problem, answer.status);
  };
  const call = async (method: string, path: string, body?: unknown) => {
    const text = await (await send(method, path, body)).text();
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    get: (path) => call("GET", path),
    getBytes: async (path) => new Uint8Array(await (await send("GET", path)).arrayBuffer()),
    put: (path, body) => call("PUT", path, body),
    putFile: (path, file) => call("PUT", path, createReadStream(file)),
    post: (path, body) => call("POST", path, body),
    delete: (path) => call("DELETE", path),
  };
}

function toBody(body: unknown): RequestInit {
  if (body === undefined) return {};
  if (!(body instanceof Readable)) return { body: JSON.stringify(body) };
  return { body: Readable.toWeb(body) as ReadableStream, duplex: "half" } as RequestInit;
}

function describeProblem(what: string, status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as {
      title?: string;
      detail?: string;
      errors?: { field: string; problem: string }[];
    };
    const fields = (problem.errors ?? []).map((e) => `\n  ${e.field}: ${e.problem}`).join("");
    return `${problem.detail ?? problem.title ?? text} (${what}: ${status})${fields}`;
  } catch {
    return `${what} answered ${status}: ${text.slice(0, 300)}`;
  }
}

/** Makes sure the workspace exists; an import into a new name creates it. */
export async function ensureWorkspace(api: ApiClient, slug: string): Promise<void> {
  try {
    await api.get(`/v1/workspaces/${slug}`);
  } catch (error) {
    if (!(error instanceof ApiCallError && error.status === 404)) throw error;
    await api.put(`/v1/workspaces/${slug}`, { name: slug });
  }
}
