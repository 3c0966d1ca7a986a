import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { RolloutPage } from "@/modules/rollouts/pages/RolloutPage";

interface Props {
  params: Promise<{ workspace: string; number: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Rollout ${(await params).number}` };
}

export default async function Rollout({ params }: Props) {
  const { workspace, number: text } = await params;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) notFound();
  return (
    <Prefetched queries={[getTrpc().rollouts.get.queryOptions({ workspace, number })]}>
      <RolloutPage number={number} />
    </Prefetched>
  );
}
