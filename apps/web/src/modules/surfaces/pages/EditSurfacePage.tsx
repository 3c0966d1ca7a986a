"use client";

import type { Surface } from "@shortlist/contracts";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { buttonClass } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { surfaceLabel } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { SettingsForm } from "../components/SettingsForm";

export function EditSurfacePage({ surface }: { surface: Surface }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const settings = useQuery({
    ...trpc.surfaces.get.queryOptions({ workspace, surface }),
    // What is being typed must not be replaced.
    refetchOnWindowFocus: false,
  });
  return (
    <Page
      title={`Edit ${surfaceLabel(surface).toLowerCase()}`}
      verdict="How lists of this surface are built. Publishing makes a new release with it; every later release has it too."
      actions={
        <Link href={href(`/surfaces/${surface}`)} className={buttonClass()}>
          Leave as it is
        </Link>
      }
    >
      <Async query={settings} rows={12}>
        {(data) => <SettingsForm key={data.revision} surface={data} />}
      </Async>
    </Page>
  );
}
