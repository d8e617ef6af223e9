/**
 * The tools whose output is text that a model reads and may be long. Those that write (Edit, Write) answer briefly.
 * Claude Code takes this as a regular expression.
 */
const matcher = 'Bash|BashOutput|Read|Grep|Glob|LS|WebFetch|WebSearch|Task|TaskOutput|Agent|mcp__.*';

/**
 * Settings of Claude Code with a hook that shortens what tools answer: all texts of one answer together keep
 * `maxBytes` of UTF-8, cut between characters, and a notice says how much there was.
 */
export function truncationSettings(maxBytes: number): string {
  const command = truncationCommand(maxBytes);
  return JSON.stringify({ hooks: { PostToolUse: [{ matcher, hooks: [{ type: 'command', command, timeout: 30 }] }] } });
}

/**
 * Reads the hook's input and prints the answer that replaces the tool's, or nothing when it is short enough. awk is the
 * one interpreter that every image with a shell has: no Node, Python, Perl or jq is asked for. Without awk, and on any
 * failure of it, the output stays as it was.
 */
export function truncationCommand(maxBytes: number): string {
  return `command -v awk >/dev/null || exit 0; LC_ALL=C awk -v max=${maxBytes} '${program}'`;
}

/**
 * Claude Code ignores a replacement that has not the shape of the tool's own output, so the answer is copied as it
 * came and only its texts are shortened. The input is one JSON value without spaces, read in pieces between its quotes:
 * `between` sees the structure, `text` the strings. Names, short values and pictures stay whole. In a list of texts,
 * those beyond the limit are left out. LC_ALL=C makes a character a byte; `unbroken` takes back half a character or
 * half an escape, and `first` goes on for as long as one more escape fits. Runs on mawk, gawk, the one true awk and busybox.
 */
const program = String.raw`
BEGIN { RS = "\""; left = max; for (i = 128; i < 256; i++) high = high sprintf("%c", i) }
inside {
  escaped = match($0, /\\+$/) && RLENGTH % 2
  piece[++m] = escaped ? $0 "\"" : $0
  if (!escaped) { text(); inside = 0 }
  next
}
{ between($0); inside = 1; m = 0 }
END {
  if (!cuts) exit
  printf "%s", "{\"hookSpecificOutput\":{\"hookEventName\":\"PostToolUse\",\"updatedToolOutput\":"
  for (i = 1; i <= n; i++) printf "%s", out[i]
  print "}}"
}
function put(s) { out[++n] = s }
function between(s,   i, c, kept) {
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    if (on && depth == 1 && (c == "," || c == "}")) on = 0
    if (on) kept = kept c
    if (c == "{" || c == "[") { open[++depth] = c; told[depth] = 0 }
    if (c == "}" || c == "]") depth--
    name = open[depth] == "{" && (c == "{" || c == ",")
    if (c == ":" && depth == 1 && key == "tool_response") on = 1
  }
  put(kept)
}
function text(   i, size, item) {
  if (name) key = piece[1]
  if (!on) return
  for (i = 1; i <= m; i++) size += decoded(piece[i])
  item = open[depth] == "["
  if (name || key ~ /^(base64|data|prompt)$/ || piece[1] ~ /^data:image\// ||
    (!item && size <= 1024 && key !~ /^(text|content|result|output|stdout|stderr|tool_response)$/)) return whole(m)
  if (size <= left) { left -= size; return whole(m) }
  cuts = 1
  if (item && told[depth]) { sub(/,$/, "", out[n]); return }
  told[depth] = item
  shorten(size)
}
function whole(m,   i) { put("\""); for (i = 1; i <= m; i++) put(piece[i]); put("\"") }
function shorten(size,   i, room, part) {
  room = left
  put("\"")
  for (i = 1; i <= m && room > 0; i++) {
    part = first(piece[i], room)
    put(part)
    room -= decoded(part)
    if (part != piece[i]) break
  }
  put((room < left ? "\\n" : "") "[output cut: " left - room " of " size " bytes shown]\"")
  left = 0
}
function decoded(s) { gsub(/\\[^u]/, "?", s); gsub(/\\u00../, "?", s); gsub(/\\u..../, "???", s); return length(s) }
function first(s, room,   had, has, k, more) {
  has = unbroken(substr(s, 1, room))
  while (has != had) { had = has; has = unbroken(substr(s, 1, length(had) + room - decoded(had))) }
  for (k = 1; k <= 6; k++) {
    more = unbroken(substr(s, 1, length(has) + k))
    if (more != has && decoded(more) <= room) { has = more; k = 0 }
  }
  return has
}
function unbroken(s,   k, i, n) {
  n = length(s)
  if (match(s, /\\+(u[0-9a-f]?[0-9a-f]?[0-9a-f]?)?$/)) {
    k = index(substr(s, RSTART) "u", "u") - 1
    if (k % 2) return substr(s, 1, RSTART + k - 2)
  }
  for (k = 0; k < 3; k++) {
    i = index(high, substr(s, n - k, 1))
    if (i == 0 || i > 64) break
  }
  if (i > 64 && k < (i > 112 ? 3 : i > 96 ? 2 : 1)) n -= k + 1
  return substr(s, 1, n)
}
`;
