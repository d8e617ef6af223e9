/** A file that is made by code and committed. */
export interface Output {
  /** From `dashboards/`, with forward slashes. */
  path: string;
  text: string;
}
