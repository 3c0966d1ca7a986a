/** What a failed sign-in says: enough to go on, nothing about which accounts exist. */
export function signInProblem(error: { status?: number; message?: string | undefined }): string {
  if (error.status === 401 || error.status === 403) return "Email and password do not match an account.";
  if (error.status === 400) return "Enter an email address and a password.";
  if (error.status === 429) return "Too many attempts. Wait a minute, then try again.";
  return "Sign-in is not available: the API does not answer. npm run doctor says why.";
}
