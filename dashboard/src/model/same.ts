/** Whether two values are the same JSON, in whatever order their members stand.
 *
 * What an edit leaves alone is the same object as before: of a large flag only the edited part is
 * walked.
 */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((each, at) => same(each, other[at]))
    );
  }
  const [mine, theirs] = [said(one), said(other)];
  return mine.size === theirs.size && [...mine].every(([name, value]) => theirs.has(name) && same(value, theirs.get(name)));
}

/** The members that JSON would have: one that is undefined is not there. */
function said(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
