import { Mono } from "@/components/ui/Mono";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord, type Tone } from "@/components/ui/StateWord";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { type Breaker, guardVerdict, openBreakers, type Replica } from "../presenters/fleetView";

const STATES: Record<Breaker["state"], { tone: Tone; word: string }> = {
  closed: { tone: "pass", word: "closed" },
  half_open: { tone: "warn", word: "trying" },
  open: { tone: "harm", word: "open" },
};
/** Dependencies that replicas do not ask because they failed too often. */
export function BreakerSection({ replicas }: { replicas: readonly Replica[] }) {
  const open = openBreakers(replicas);
  return (
    <Section title="Breakers" verdict={guardVerdict(replicas)}>
      {open.length > 0 && (
        <ScrollRegion label="Breakers that are not closed">
          <table className="w-full whitespace-nowrap">
            <TableHead heads={["Dependency", "State", "Replica", numberHead("Failures"), "Since"]} />
            <tbody>
              {open.map((breaker) => (
                <tr key={`${breaker.replicaId} ${breaker.name}`} className="border-line border-b">
                  <th scope="row" className="h-8 pr-6 text-left font-normal">
                    <Mono>{breaker.name}</Mono>
                  </th>
                  <td className="pr-6">
                    <StateWord tone={STATES[breaker.state].tone}>{STATES[breaker.state].word}</StateWord>
                  </td>
                  <td className="pr-6">
                    <Mono>{breaker.replicaId}</Mono>
                  </td>
                  <td className="pr-6 text-right">{formatCount(breaker.failures)}</td>
                  <td className="pr-6">
                    <Time at={breaker.since} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}
