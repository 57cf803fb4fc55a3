import { expect, it } from "vitest";

import { csvOf } from "./csv";

it("quotes what has to be", () => {
  expect(csvOf([["a", 'b "c"'], ["1,2", "x\ny"]])).toBe('a,"b ""c"""\r\n"1,2","x\ny"\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("lets no spreadsheet run %j", (value) => {
  expect(csvOf([[value]])).toMatch(/^"?'/);
});
