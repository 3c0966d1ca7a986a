import { Surface } from "@shortlist/contracts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { surfaceLabel } from "@/lib/rungs";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { SurfacePage } from "@/modules/surfaces/pages/SurfacePage";

interface Props {
  params: Promise<{ workspace: string; surface: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: surfaceLabel((await params).surface) };
}

export default async function SurfaceRoute({ params }: Props) {
  const { workspace, surface: name } = await params;
  const { data: surface } = Surface.safeParse(name);
  if (surface === undefined) notFound();
  return (
    <Prefetched queries={[getTrpc().surfaces.get.queryOptions({ workspace, surface })]}>
      <SurfacePage surface={surface} />
    </Prefetched>
  );
}
