import { describe, expect, test } from 'vitest';
import { cutBytes, isProtocol, oneLine, quote } from '../../src/failure/quote.ts';

describe('oneLine', () => {
  test('makes one blank of every separator, escape and invisible character', () => {
    expect(oneLine(' a\r\n\tb\u2028c\u0085\u001b[31md\u200be ')).toBe('a b c [31md e');
  });
});

describe('cutBytes', () => {
  test('leaves what fits and never splits a character', () => {
    expect(cutBytes('añb', 4)).toBe('añb');
    expect(cutBytes('日本語', 8)).toBe('日…');
    expect(cutBytes('😀😀', 7)).toBe('😀…');
    expect(cutBytes('abcdef', 3)).toBe('…');
  });
});

describe('quote', () => {
  test('gives nothing for nothing, and bounds what it gives', () => {
    expect(quote(undefined)).toBeUndefined();
    expect(quote(' \n ')).toBeUndefined();
    expect(quote('a\nb')).toBe('"a b"');
    expect(quote('x'.repeat(20), 5)).toBe('"xxxx…"');
  });
});

describe('isProtocol', () => {
  test.for([
    ['{"type":"system","subtype":"init"}', true],
    ['{"duration_api_ms":0,"type":"res', true],
    ['ool_result"}],"session_id": "s"}', true],
    ['[1,2]', true],
    ['error: unknown option', false],
    ['the {braces} of prose', false],
    ['[claude-code:unrecognized_model] {"model":"claude-nope-1","query_source":"sdk"}', false],
  ] as const)('%s -> %s', ([line, expected]) => {
    expect(isProtocol(line)).toBe(expected);
  });
});
