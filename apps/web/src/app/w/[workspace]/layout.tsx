import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { findSession, getMine } from "@/lib/session";
import { Shell } from "@/modules/shell/components/Shell";
import { SessionProvider } from "@/modules/shell/session";

interface Props {
  params: Promise<{ workspace: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const session = await findSession((await params).workspace);
  return session === null
    ? {}
    : { title: { template: `%s · ${session.workspace.name}`, default: session.workspace.name } };
}

export default async function WorkspaceLayout({ params, children }: Props) {
  const { workspace } = await params;
  const session = await findSession(workspace);
  if (session === null) return <NotAMember slug={workspace} />;
  return (
    <SessionProvider value={session}>
      <Shell>{children}</Shell>
    </SessionProvider>
  );
}

async function NotAMember({ slug }: { slug: string }) {
  const { user, workspaces } = await getMine();
  return (
    <main className="mx-auto max-w-md px-4 py-24">
      <h1 className="font-semibold text-xl">You are in no workspace called {slug}</h1>
      <p className="mt-2 text-ink-2">
        Signed in as {user.email}. An admin of {slug} can add you under Settings, Members.
      </p>
      <ul className="mt-4 flex flex-col gap-1">
        {workspaces.map((each) => (
          <li key={each.slug}>
            <Link className="link" href={`/w/${each.slug}`}>
              Open {each.name}
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
}
