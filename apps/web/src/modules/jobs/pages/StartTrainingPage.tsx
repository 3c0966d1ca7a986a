import type { TrainingConfig } from "@shortlist/contracts";
import { Page } from "@/components/ui/Page";
import { TrainingForm } from "../components/TrainingForm";

export function StartTrainingPage({ defaults }: { defaults: TrainingConfig }) {
  return (
    <Page
      title="Start training"
      verdict="Fits all models on the imported log, evaluates them on its last part beside popularity and random, and publishes a release when everything checks out."
    >
      <TrainingForm defaults={defaults} />
    </Page>
  );
}
