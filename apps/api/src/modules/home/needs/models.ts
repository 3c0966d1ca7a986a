import { type HomeState, type Need, need } from "./need";

/** M6: a model older than this has missed its freshness objective. */
const MODEL_FRESH_HOURS = 48;

export function needsOfModels({ fleet, lastTrainedAt, now }: HomeState): Need[] {
  if (fleet.wanted === null || lastTrainedAt === null) return [];
  const ageHours = (now.getTime() - lastTrainedAt.getTime()) / 3_600_000;
  if (ageHours <= MODEL_FRESH_HOURS) return [];
  return [
    need(
      "model_stale",
      "warning",
      `Models are ${Math.floor(ageHours)} h old`,
      `The objective is ${MODEL_FRESH_HOURS} h.`,
      "/models",
      lastTrainedAt,
    ),
  ];
}
