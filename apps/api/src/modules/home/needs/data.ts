import { type HomeState, type Need, need } from "./need";

/** Checks of the log that failed, features that come late, and a log that is not read in time. */
export function needsOfData(state: HomeState): Need[] {
  return [...needsOfChecks(state), ...needsOfFeatures(state), ...needsOfEventLog(state)];
}

function needsOfChecks({ failedChecks }: HomeState): Need[] {
  return failedChecks.map((failed) =>
    need(
      "quality_failed",
      "warning",
      `${failed.check.replaceAll("_", " ")} failed on ${failed.day}`,
      failed.sentence,
      `/quality?day=${failed.day}&check=${failed.check}`,
      failed.computedAt,
    ),
  );
}

function needsOfFeatures({ features }: HomeState): Need[] {
  return features.map(({ name, title, detail }) =>
    need("features_behind", "warning", title, detail, `/features/${name}`, null),
  );
}

function needsOfEventLog({ eventLog }: HomeState): Need[] {
  if (eventLog === null) return [];
  return [
    eventLog.state === "behind"
      ? need(
          "event_log_behind",
          "warning",
          "The event log is read late",
          eventLog.sentence,
          "/jobs",
          eventLog.at,
        )
      : need(
          "event_log_losing",
          "critical",
          eventLog.state === "lost" ? "Events were dropped unread" : "Events are about to be dropped unread",
          `${eventLog.sentence} Start another worker, or look at the log of the one there is.`,
          "/jobs",
          eventLog.at,
        ),
  ];
}
