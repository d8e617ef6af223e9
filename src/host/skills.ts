import { fieldsIn, listIn, textIn } from '../claude/event.ts';
import { instructionsFolder, type Tree } from '../prepare/bundle.ts';

/** Under this folder of a directory given with --add-dir Claude Code finds skills. */
const skillsFolder = ['.claude', 'skills'] as const;
/** The host's skills and the folder of its instructions, as the configuration names them; entries it can't read are left out. */
export function treesOf(config: unknown): Tree[] {
  const { paperclipRuntimeSkills, instructionsRootPath } = fieldsIn(config);
  const skills = listIn(paperclipRuntimeSkills).flatMap((entry) => {
    const { source, runtimeName, key } = fieldsIn(entry);
    const from = textIn(source);
    const name = textIn(runtimeName) ?? textIn(key);
    return from && name ? [{ from, to: [...skillsFolder, name] }] : [];
  });
  const root = textIn(instructionsRootPath);
  return root ? [...skills, { from: root, to: [instructionsFolder] }] : skills;
}
