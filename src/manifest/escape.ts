/** Kubernetes expands `$(NAME)` in env values, commands and arguments, and turns `$$` into `$`: every literal of ours is escaped. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** No environment variable, argument or file name can hold it; only its place is told, never the text. */
export function hasNul(text: string): boolean {
  return text.includes('\0');
}
