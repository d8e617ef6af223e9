import { type Browser, errors, type Page } from 'playwright-core';
import { openBrowser } from '../../explain/browser/chromium.ts';
import { emit, init, result, steps } from '../script.ts';

/**
 * How a worker of this server's web page begins, in which it runs the parser of an adapter: it assigns to what a browser
 * lets nobody assign to, and is dead before it has heard of a parser (paperclipai/paperclip#12223).
 */
const fatal = /self\.(caches|indexedDB) = _undefined;/g;

/** Bytes of one line. */
export const long = 200 * 1024;
const assistant = (id: string, ...parts: unknown[]) => emit({ type: 'assistant', message: { id, content: parts } });
const answer = (part: object) => emit({ type: 'user', message: { content: [{ type: 'tool_result', ...part }] } });

/** The script of an agent that writes lines of every kind that the page shows in its own way. */
export const everyKind = steps(
  init,
  assistant('1', { type: 'thinking', thinking: 'What was asked for?' }),
  assistant('2', { type: 'text', text: 'I look at the files.' }),
  assistant('3', { type: 'tool_use', id: 'a', name: 'Bash', input: { command: 'ls' } }),
  answer({ tool_use_id: 'a', content: 'the-only-file.txt' }),
  assistant('4', { type: 'tool_use', id: 'b', name: 'Read', input: { file_path: '/nowhere' } }),
  answer({ tool_use_id: 'b', is_error: true, content: 'File does not exist.' }),
  `printf '{"type":"assistant","message":{"id":"5","content":[{"type":"text","text":"begins '`,
  `head -c ${long} /dev/zero | tr '\\0' x`,
  `printf ' and ends"}]}}\\n'`,
  result,
);

/** A run as a person sees it in a browser. */
export class RunPage {
  private readonly browser: Browser;
  readonly page: Page;

  private constructor(browser: Browser, page: Page) {
    this.browser = browser;
    this.page = page;
  }

  /** `repaired`: with a worker that begins. */
  static async open(url: string, { repaired }: { repaired: boolean }): Promise<RunPage> {
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    if (repaired) {
      await page.route('**/assets/*.js', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replaceAll(fatal, '') });
      });
    }
    await page.goto(url);
    return new RunPage(browser, page);
  }

  /** @throws Error with what the page says, when the words are not seen within 30 s */
  async sees(words: string): Promise<void> {
    const seen = this.page.getByText(words).last();
    try {
      await seen.waitFor({ state: 'attached', timeout: 30_000 });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      throw new Error(`not seen: ${words}; the page says: ${(await this.words()).slice(0, 4_000)}`);
    }
  }

  async words(): Promise<string> {
    return (await this.page.locator('main').textContent()) ?? '';
  }

  /** Opens what is folded. */
  async unfold(name: string): Promise<void> {
    await this.page.getByText(name).last().click();
  }

  async picture(path: string, of: string): Promise<void> {
    await this.page.getByText(of).last().scrollIntoViewIfNeeded();
    await this.page.screenshot({ path });
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
