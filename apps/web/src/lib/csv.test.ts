import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";

describe("toCsv", () => {
  it("quotes what needs quoting and keeps numbers plain", () => {
    expect(
      toCsv(
        ["name", "n"],
        [
          ['a "b", c', -1.5],
          ["x", null],
        ],
      ),
    ).toBe('name,n\r\n"a ""b"", c",-1.5\r\nx,');
  });
  it("never lets a catalogue text become a formula", () => {
    expect(toCsv(["t"], [["=HYPERLINK(1)"], ["+1"], ["@x"]])).toBe("t\r\n'=HYPERLINK(1)\r\n'+1\r\n'@x");
  });
});
