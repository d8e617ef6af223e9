import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pageOf } from '../../../src/explain/html/page.ts';
import { longRun } from '../frames.ts';
import { openBrowser } from './chromium.ts';
import { unreadable } from './contrast.ts';
import { incidents, pageOfIncident } from './incidents.ts';

type Name = keyof typeof incidents | 'long';
const names: readonly Name[] = ['reconnects', 'oom', 'deletion', 'long'];
const pages = new Map<Name, string>();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
  pages.set('reconnects', await pageOfIncident(incidents.reconnects));
  pages.set('oom', await pageOfIncident(incidents.oom));
  pages.set('deletion', await pageOfIncident(incidents.deletion));
  const long = join(mkdtempSync(join(tmpdir(), 'page-')), 'long.html');
  writeFileSync(long, pageOf(longRun(9_990)));
  pages.set('long', long);
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(() => browser?.close());

interface Opened {
  page: Page;
  /** What the browser complained of. */
  complaints: string[];
  /** What it asked for beyond the page. */
  requests: string[];
}

async function open(name: Name, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(pages.get(name) ?? '').href;
  const opened: Opened = { page, complaints: [], requests: [] };
  page.on('console', (message) => void opened.complaints.push(message.text()));
  page.on('pageerror', (error) => void opened.complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== url) opened.requests.push(request.url());
  });
  await page.goto(url, { waitUntil: 'load' });
  return opened;
}

const rows = '.filtered tbody tr';

describe.each(names)('the page of %s', (name) => {
  test('is silent and asks the network for nothing', async () => {
    const { page, complaints, requests } = await open(name);
    expect(await page.locator('h1').count()).toBe(1);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    expect(await page.title()).not.toBe('owned');
  });

  test.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    const { page } = await open(name, { colorScheme });
    const { seen, bad } = await page.evaluate<{ seen: number; bad: string[] }>(unreadable);
    expect(seen).toBeGreaterThan(50);
    expect(bad).toEqual([]);
    const ground = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(18, 21, 26)' : 'rgb(255, 255, 255)');
  });

  test.each([1280, 400])('fits into %i px', async (width) => {
    const { page } = await open(name, { viewport: { width, height: 900 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const hidden = await page.evaluate(
      '[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).length',
    );
    expect(hidden).toBe(0);
  });
});

describe('by itself the page', () => {
  test('filters timeline and calls by all words, and forgets it with Escape', async () => {
    const { page } = await open('reconnects');
    const all = await page.locator(rows).count();
    await page.keyboard.press('/');
    await page.keyboard.type('RESET stream');
    const shown = page.locator(`${rows}:visible`);
    const texts = await shown.allTextContents();
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.length).toBeLessThan(all);
    expect(texts.filter((text) => !/reset/i.test(text) || !/stream/i.test(text))).toEqual([]);
    expect(await page.locator('#search output').textContent()).toBe(`${texts.length} of ${all} rows`);
    await page.keyboard.press('Escape');
    expect(await shown.count()).toBe(all);
  });

  test('copies a command', async () => {
    const { page } = await open('oom', { permissions: ['clipboard-read', 'clipboard-write'] });
    const button = page.getByRole('button', { name: /^Copy: kubectl -n agents describe pod/ });
    await button.press('Enter');
    await page.getByText('Copied', { exact: true }).waitFor();
    const command = await page.locator('.command').first().textContent();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(command);
  });

  test('leads from a mark on the axis to its row, though a filter hides it', async () => {
    const { page } = await open('reconnects');
    await page.locator('#filter').fill('nothing has these words');
    await page.locator('.view0 a[href^="#m"]').first().press('Enter');
    await page.locator('tr:target').waitFor();
    expect(await page.locator('tr:target').textContent()).toMatch(/reset/);
    expect(await page.locator('#filter').inputValue()).toBe('');
  });

  test('runs no script but its own, and can not fetch', async () => {
    const { page } = await open('oom');
    const tried = await page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      const image = new Image();
      const refused = new Promise((resolve) => { image.onerror = () => resolve('refused'); image.onload = () => resolve('loaded'); });
      image.src = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
      return { title: document.title, image: await refused };
    })()`);
    expect(tried).toEqual({ title: expect.stringMatching(/^claude_truncated: /), image: 'refused' });
  });
});

describe('without script the page', () => {
  test('has everything but the search', async () => {
    const { page, complaints } = await open('long', { javaScriptEnabled: false });
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await page.locator(`${rows}:visible`).count()).toBeGreaterThan(100);
    expect(await page.locator('.view:visible').count()).toBe(1);
    await page.locator('label', { hasText: 'last minute' }).click();
    expect(await page.locator('.view3').isVisible()).toBe(true);
    expect(await page.locator('.view0').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });
});

describe('with the keyboard alone', () => {
  test('the pieces of time are chosen with the arrows', async () => {
    const { page } = await open('long');
    await page.locator('#view0').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.view1').isVisible()).toBe(true);
    expect(await page.locator('.view0').isVisible()).toBe(false);
  });

  test('the first step leads past the picture', async () => {
    const { page } = await open('oom');
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip:focus');
    expect(await skip.isVisible()).toBe(true);
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
  });
});

test('on paper every piece of time is there and nothing to click', async () => {
  const { page } = await open('long');
  await page.emulateMedia({ media: 'print' });
  for (const view of ['.view0', '.view1', '.view2', '.view3']) expect(await page.locator(view).isVisible()).toBe(true);
  expect(await page.locator('#search').isVisible()).toBe(false);
  expect(await page.locator('#picture > label:visible').count()).toBe(0);
});

test('each mark and bar tells more when it is pointed at', async () => {
  const { page } = await open('deletion');
  const silent = await page.evaluate(
    '[...document.querySelectorAll("rect.bar, .mark, rect.column")].filter((one) => !(one.querySelector("title") ?? one.parentElement.querySelector("title"))).length',
  );
  expect(silent).toBe(0);
  expect(await page.locator('.bar.gone').count()).toBeGreaterThan(0);
});
