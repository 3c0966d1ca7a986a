import { Mono } from "@/components/ui/Mono";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { FLOW_STATES, type ReplicaFlow as Flow } from "../presenters/flow";

const HEADS = ["State", "Last change taken in", "Changes", "Items added", "Items waiting"] as const;

/** How far each replica has taken in what the shop changes. */
export function ReplicaFlow({ replicas }: { replicas: readonly Flow[] }) {
  return (
    <ScrollRegion label="Changes by replica">
      <table className="w-full whitespace-nowrap">
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            <th scope="col" className="h-8 text-left font-medium">
              Replica
            </th>
            {HEADS.map((name) => (
              <th key={name} scope="col" className="px-3 text-left font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {replicas.map((replica) => {
            const { tone, word } = FLOW_STATES[replica.state];
            return (
              <tr key={replica.replicaId} className="border-line border-b">
                <th scope="row" className="h-8 text-left font-normal">
                  <Mono>{replica.replicaId}</Mono>
                </th>
                <td className="px-3">
                  <StateWord tone={tone}>{word}</StateWord>
                </td>
                <td className="px-3">
                  {replica.appliedAtMs === null ? (
                    "none since its release"
                  ) : (
                    <Time at={new Date(replica.appliedAtMs)} />
                  )}
                </td>
                <td className="px-3">{formatCount(replica.changes)}</td>
                <td className="px-3">{formatCount(replica.added)}</td>
                <td className="px-3">{formatCount(replica.waiting)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
