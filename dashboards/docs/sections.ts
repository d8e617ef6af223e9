/** `<!-- derived: name -->` ... `<!-- end -->`: what stands in between is made, and lost when it is edited. */
const section = /(<!-- derived: ([\w-]+) -->\n)[\s\S]*?(\n<!-- end -->)/g;

/** The text with its derived sections made anew. @throws Error for a section that nothing makes, and for one that is not there */
export function withSections(text: string, makers: Readonly<Record<string, () => string>>): string {
  const found = new Set<string>();
  const made = text.replaceAll(section, (_, begin: string, name: string, end: string) => {
    const make = makers[name];
    if (make === undefined) throw new Error(`derived: ${name}: nothing makes that section`);
    found.add(name);
    return `${begin}${make()}${end}`;
  });
  const missing = Object.keys(makers).filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`sections that are not there: ${missing.join(', ')}`);
  return made;
}
