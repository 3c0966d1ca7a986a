import { StackedBar } from "@/components/charts/Bar";
import { Mono } from "@/components/ui/Mono";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { formatBytes, formatCount, formatMs, formatShare } from "@/lib/format";
import { RUNG_CLASSES, rungLabel } from "@/lib/rungs";
import { type Replica, rungSharesOf } from "../presenters/fleetView";

const head = "px-3 text-right font-medium";

/** How every replica answers: speed, load, rungs, and what must read zero. */
export function ReplicaTable({ replicas }: { replicas: readonly Replica[] }) {
  return (
    <ScrollRegion label="Answers by replica">
      <table className="w-full whitespace-nowrap">
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            <th scope="col" className="h-8 text-left font-medium">
              Replica
            </th>
            <th scope="col" className={head}>
              p50
            </th>
            <th scope="col" className={head}>
              p99
            </th>
            <th scope="col" className={head}>
              Requests/s
            </th>
            <th scope="col" className={head} title="0 at rest, 1 when the process cannot keep up">
              Pressure, 0–1
            </th>
            <th scope="col" className={head}>
              Requests
            </th>
            <th scope="col" className="w-56 px-3 text-left font-medium">
              Rungs 0–4, share
            </th>
            <th scope="col" className={head}>
              Gate violations
            </th>
            <th scope="col" className={head}>
              Logs dropped
            </th>
            <th scope="col" className={head}>
              Memory
            </th>
            <th scope="col" className="text-left font-medium">
              Redis
            </th>
          </tr>
        </thead>
        <tbody>
          {replicas.map((replica) => (
            <tr key={replica.replicaId} className="border-line border-b">
              <th scope="row" className="h-8 text-left font-normal">
                <Mono>{replica.replicaId}</Mono>
              </th>
              <td className="px-3 text-right">{formatMs(replica.latencyMsP50)}</td>
              <td className="px-3 text-right font-medium">{formatMs(replica.latencyMsP99)}</td>
              <td className="px-3 text-right">{replica.requestsPerSecond.toFixed(1)}</td>
              <td className="px-3 text-right">{replica.pressure.toFixed(2)}</td>
              <td className="px-3 text-right">{formatCount(replica.requests)}</td>
              <td className="px-3">
                <Rungs replica={replica} />
              </td>
              <td className="px-3 text-right">
                <MustBeZero count={replica.gateViolations} />
              </td>
              <td className="px-3 text-right">
                <MustBeZero count={replica.droppedSlateLogs} />
              </td>
              <td className="px-3 text-right">{formatBytes(replica.rssBytes)}</td>
              <td>
                <StateWord tone={replica.redis === "up" ? "pass" : "harm"}>{replica.redis}</StateWord>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Rungs({ replica }: { replica: Replica }) {
  const shares = rungSharesOf(replica);
  if (shares === null) return <span className="text-ink-3">no requests</span>;
  const parts = shares.map((share, rung) => ({
    name: `${rung} ${rungLabel(rung)}`,
    share,
    className: RUNG_CLASSES[rung] ?? "bg-ink-3",
  }));
  return (
    <span className="flex items-center gap-2">
      <StackedBar
        label={parts
          .filter(({ share }) => share > 0)
          .map(({ name, share }) => `${name} ${formatShare(share)}`)
          .join(", ")}
        parts={parts}
      />
      <span className="w-16 text-right text-ink-2">{formatShare(shares[0])}</span>
    </span>
  );
}

function MustBeZero({ count }: { count: number }) {
  return count === 0 ? <>0</> : <StateWord tone="harm">{formatCount(count)}</StateWord>;
}
