import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { getMine } from "@/lib/session";
import { LAST_WORKSPACE_COOKIE } from "@/modules/shell/lastWorkspace";

/** Leads to the workspace used last, else to the first one. */
export default async function RootPage() {
  const { user, workspaces } = await getMine();
  const last = (await cookies()).get(LAST_WORKSPACE_COOKIE)?.value;
  const target = workspaces.find(({ slug }) => slug === last) ?? workspaces[0];
  if (target !== undefined) redirect(`/w/${target.slug}`);
  return (
    <main className="mx-auto max-w-md px-4 py-24">
      <h1 className="font-semibold text-xl">No workspace yet</h1>
      <p className="mt-2 text-ink-2">
        {user.email} is a member of no workspace. Ask an admin to add you, or load the sample shop with{" "}
        <code className="font-mono text-xs">npm run up</code>.
      </p>
    </main>
  );
}
