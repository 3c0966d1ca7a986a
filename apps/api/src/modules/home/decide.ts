import { needsOfAnswers } from "./needs/answers";
import { needsOfData } from "./needs/data";
import { needsOfFleet } from "./needs/fleet";
import { needsOfJobs } from "./needs/jobs";
import { needsOfModels } from "./needs/models";
import type { HomeState, Need, Severity } from "./needs/need";
import { needsOfRollouts } from "./needs/rollouts";

const ORDER: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** What needs a person now, worst first. An empty list means that everything that can be seen is in order. */
export function computeNeeds(state: HomeState): Need[] {
  const needs = [
    ...needsOfFleet(state),
    ...needsOfJobs(state),
    ...needsOfAnswers(state),
    ...needsOfModels(state),
    ...needsOfData(state),
    ...needsOfRollouts(state),
  ];
  return needs.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
