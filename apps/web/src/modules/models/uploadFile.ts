import type { ProblemBody } from "@shortlist/contracts";

/** What the API says of an upload that it does not take. */
export class UploadRefused extends Error {
  override readonly name = "UploadRefused";
}

/** Sends a file to the workspace's store. XMLHttpRequest, because fetch does not say how much has been sent. */
export function uploadFile(
  workspace: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<{ sha256: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/uploads/${encodeURIComponent(workspace)}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () =>
      reject(new UploadRefused("The API does not answer. Check that it runs: npm run doctor"));
    request.onload = () => {
      if (request.status === 200) resolve(request.response as { sha256: string });
      else {
        const problem = request.response as ProblemBody | null;
        reject(
          new UploadRefused(problem?.detail ?? problem?.title ?? `The upload ended with ${request.status}`),
        );
      }
    };
    request.send(file);
  });
}
