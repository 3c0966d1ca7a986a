/** Raised when the same inputs could be judged otherwise than before. Kept with every decision. */
export const JUDGE_VERSION = 1;
