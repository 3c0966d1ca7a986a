import { Mono } from "@/components/ui/Mono";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { FLOW_STATES, type ReplicaFlow as Flow } from "../presenters/flow";

/** How far each replica has taken in what the shop changes. */
export function ReplicaFlow({ replicas }: { replicas: readonly Flow[] }) {
  return (
    <ScrollRegion label="Changes by replica">
      <table className="w-full whitespace-nowrap">
        <TableHead
          heads={["Replica", "State", "Last change taken in", "Changes", "Items added", "Items waiting"]}
          gap="px-3"
        />
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
