import { Mono } from "@/components/ui/Mono";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatMs } from "@/lib/format";
import { type Fleet, matrixCell, matrixColumns, REPLICA_STATES } from "../presenters/fleetView";

/** Which replica serves which release, against the one it should serve. */
export function ReleaseMatrix({ fleet }: { fleet: Fleet }) {
  const columns = matrixColumns(fleet);
  return (
    <ScrollRegion label="Replicas by release">
      <table className="w-full">
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            <th scope="col" className="h-8 pr-6 text-left font-medium">
              Replica
            </th>
            <th scope="col" className="pr-6 text-left font-medium">
              State
            </th>
            {columns.map((number) => (
              <th key={number} scope="col" className="whitespace-nowrap px-4 text-center font-medium">
                Release {number}
                {number === fleet.wanted?.number && <span className="block font-normal">wanted</span>}
              </th>
            ))}
            <th scope="col" className="px-4 text-right font-medium">
              Load
            </th>
            <th scope="col" className="px-4 text-left font-medium">
              Up since
            </th>
            <th scope="col" className="text-left font-medium">
              Heartbeat
            </th>
          </tr>
        </thead>
        <tbody>
          {fleet.replicas.map((replica) => {
            const { tone, word } = REPLICA_STATES[replica.state];
            return (
              <tr key={replica.replicaId} className="border-line border-b">
                <th scope="row" className="h-8 whitespace-nowrap pr-6 text-left font-normal">
                  <Mono title={`${replica.host}, process ${replica.pid}`}>{replica.replicaId}</Mono>
                </th>
                <td className="py-1 pr-6">
                  <StateWord tone={tone}>{word}</StateWord>
                  {replica.reason !== null && (
                    <span className="block max-w-xl break-words text-ink-2">{replica.reason}</span>
                  )}
                </td>
                {columns.map((number) => (
                  <td key={number} className="px-4 text-center">
                    <Cell cell={matrixCell(replica, { number, wanted: fleet.wanted?.number })} />
                  </td>
                ))}
                <td className="whitespace-nowrap px-4 text-right">{formatMs(replica.loadMs)}</td>
                <td className="whitespace-nowrap px-4">
                  <Time at={replica.startedAt} className="text-ink-2" />
                </td>
                <td className="whitespace-nowrap">
                  <Time at={replica.heartbeatAt} className="text-ink-2" />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const TONES = { pass: "text-pass", warn: "text-warn", harm: "text-harm", busy: "text-ink-2" } as const;

function Cell({ cell }: { cell: ReturnType<typeof matrixCell> }) {
  if (cell !== null)
    return (
      <span className={`font-medium ${TONES[cell.tone]}`} title={cell.title}>
        {cell.text}
      </span>
    );
  return (
    <span className="text-ink-3">
      <span aria-hidden="true">·</span>
      <span className="sr-only">not served</span>
    </span>
  );
}
