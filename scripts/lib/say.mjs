// What the person at the terminal reads: one line per step, one clear sentence per failure.
const isTerminal = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);

/** A failure whose message is written for a person: what is wrong and the command that mends it. */
export class Refusal extends Error {}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Runs one step, printing its name at once and its duration when it is over. */
export async function step(name, run) {
  const startedAt = performance.now();
  process.stdout.write(`${paint(36, "›")} ${name} … `);
  try {
    const note = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(
      `${paint(32, "done")} ${dim(`${seconds} s${typeof note === "string" ? ` · ${note}` : ""}`)}\n`,
    );
  } catch (error) {
    process.stdout.write(`${paint(31, "failed")}\n`);
    throw error;
  }
}

/** Ends the process with the sentence of a Refusal, or the whole error when it is not one we know. */
export function endWith(error) {
  process.stderr.write(
    `\n${paint(31, "✗")} ${error instanceof Refusal ? error.message : (error?.stack ?? error)}\n`,
  );
  process.exit(1);
}
