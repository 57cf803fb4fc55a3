/** A link to a page of the documentation, which the server has with it. */
export function DocsLink({ to, children }: { to: string; children: React.ReactNode }) {
  return <a href={`/docs/${to}`}>{children}</a>;
}
