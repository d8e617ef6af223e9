/** Colours stand in pairs, a strong one for edges and a pale one under words, so that words are readable on both grounds. */
const colours = `
:root{--ground:#fff;--raised:#f6f7f9;--line:#d8dce2;--grid:#e8ebef;--text:#1b2027;--dim:#59626e;--link:#0b57b5;
--good:#1a7a3e;--good-pale:#d3f0dc;--bad:#b3261e;--bad-pale:#fbdcd9;--warn:#8a5a00;--warn-pale:#fce8bd;
--work:#1c5fb8;--work-pale:#d6e6fb;--wait:#6b7280;--wait-pale:#e6e8ec;--gone:#3d444d;--gone-pale:#c3c8d0;--phase:#5d4bb0;--phase-pale:#e3defa}
@media (prefers-color-scheme:dark){:root{--ground:#12151a;--raised:#1b2027;--line:#343c47;--grid:#262d36;--text:#e6e9ee;--dim:#a0a9b6;--link:#8ab8ff;
--good:#5cc98a;--good-pale:#163b26;--bad:#ff8a80;--bad-pale:#4c1b18;--warn:#f0b849;--warn-pale:#443006;
--work:#7fb2ff;--work-pale:#17345c;--wait:#9aa3b0;--wait-pale:#2c333d;--gone:#c3c8d0;--gone-pale:#434b57;--phase:#b5a6ff;--phase-pale:#322a5c}}
`;

const text = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html{color-scheme:light dark;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;scroll-padding-top:4rem}
body{margin:0}
main{max-width:1180px;margin:0 auto;padding:0 20px 40px}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{font-size:clamp(1.4rem,1rem + 1.8vw,2.1rem);line-height:1.2;margin:.2em 0 .4em;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:1.8em 0 .5em}
p,li,dd,td{overflow-wrap:anywhere}
code,.path,.when{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
.dim,.note,footer{color:var(--dim)}
.note,footer p{font-size:.88rem;margin:.3em 0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-9999px}
.skip:focus{left:8px;top:8px;z-index:2;background:var(--ground);padding:6px 10px}
ul{padding-left:1.2em;margin:.3em 0}
.verdict{margin:20px 0 8px;padding:18px 22px;border:1px solid var(--line);border-left:8px solid var(--mood);border-radius:8px;background:var(--raised)}
.verdict.good{--mood:var(--good)}.verdict.bad{--mood:var(--bad)}.verdict.open{--mood:var(--warn)}.verdict.calm{--mood:var(--wait)}
.kicker{margin:0;color:var(--mood);font-weight:600}
.verdict.calm .kicker{color:var(--dim)}
.sign{font-size:1.2em}
.lead{margin:.3em 0;max-width:95ch}
.remedy{margin:.6em 0;max-width:95ch}
.identity{display:flex;flex-wrap:wrap;gap:4px 22px;margin:14px 0 0;padding-top:12px;border-top:1px solid var(--line)}
.identity dt{color:var(--dim);font-size:.78rem}
.identity dd{margin:0;font-size:.92rem}
.columns{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 36px}
.facts{margin:0}
.facts div{display:grid;grid-template-columns:9.5rem minmax(0,1fr);gap:10px;padding:5px 0;border-top:1px solid var(--grid)}
.facts dt{color:var(--dim);overflow-wrap:anywhere}
.facts dd{margin:0}
.against{color:var(--bad)}
.commands{list-style:none;padding:0}
.commands li{display:flex;align-items:flex-start;gap:8px;margin:6px 0}
.command{flex:1;min-width:0;overflow-wrap:anywhere;user-select:all;padding:7px 10px;background:var(--raised);border:1px solid var(--line);border-radius:6px}
button{font:inherit;font-size:.85rem;padding:5px 12px;min-width:5.5em;color:var(--text);background:var(--ground);border:1px solid var(--wait);border-radius:6px;cursor:pointer}
`;

const picture = `
#picture{margin:18px 0 0}
#picture>input{position:absolute;opacity:0}
#picture>label{display:inline-block;padding:5px 13px;margin:0 6px 10px 0;border:1px solid var(--line);border-radius:999px;cursor:pointer;font-size:.88rem}
#picture>input:checked+label{background:var(--text);color:var(--ground);border-color:var(--text)}
#picture>input:focus-visible+label{outline:3px solid var(--link);outline-offset:2px}
.defs{position:absolute}
.view-name{display:none;font-weight:600}
#picture:has(>input)>.view{display:none}
#view0:checked~.view0,#view1:checked~.view1,#view2:checked~.view2,#view3:checked~.view3{display:block!important}
.row{display:grid;grid-template-columns:230px minmax(0,1fr);align-items:center}
.row .name{font-size:.84rem;padding-right:10px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.split{display:flex;justify-content:space-between;gap:8px}
.split>:first-child{overflow:hidden;text-overflow:ellipsis}
.state.good{color:var(--good)}.state.bad{color:var(--bad)}.state.warn{color:var(--warn)}.state.work{color:var(--work)}.state.wait,.state.gone{color:var(--dim)}
.row.axis .name{color:var(--dim);font-size:.78rem}
.lane-title{font-size:.74rem;font-weight:600;letter-spacing:.05em;text-transform:uppercase;color:var(--dim);margin:12px 0 2px;padding-top:7px;border-top:1px solid var(--line)}
.track{display:block;width:100%;overflow:visible}
.track text{font-size:11px;fill:var(--text)}
.track .tick,.track .peak{fill:var(--dim)}
.grid{stroke:var(--grid);stroke-width:1}
.bar{stroke-width:1;fill:var(--wait-pale);stroke:var(--wait)}
.bar.good{fill:var(--good-pale);stroke:var(--good)}.bar.bad{fill:var(--bad-pale);stroke:var(--bad)}
.bar.warn{fill:var(--warn-pale);stroke:var(--warn)}.bar.work,.bar.stream{fill:var(--work-pale);stroke:var(--work)}
.bar.gone{fill:var(--gone-pale);stroke:var(--gone)}.bar.phase{fill:var(--phase-pale);stroke:var(--phase)}
.bar.hatched{fill:url(#hatch);stroke:none}.hatching{stroke:var(--warn);stroke-width:3}
.column{fill:var(--work)}
.gap{stroke:var(--bad);stroke-width:2;stroke-dasharray:4 2}
.mark.plain{fill:var(--work)}.mark.bad{fill:var(--bad)}.mark.warn{fill:var(--warn)}
.mark{stroke:var(--ground);stroke-width:1}
a:focus-visible .mark{stroke:var(--link);stroke-width:4}
.fault,.flag{color:var(--bad)}
`;

const tables = `
.search{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:6px 12px;margin-top:26px;padding:10px 0;background:var(--ground);border-bottom:1px solid var(--line)}
.search label{font-weight:600}
.search input{font:inherit;flex:1 1 240px;max-width:420px;padding:6px 10px;color:var(--text);background:var(--ground);border:1px solid var(--wait);border-radius:6px}
.search input::placeholder{color:var(--dim);opacity:1}
.search output{color:var(--dim)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;font-weight:600;font-size:.78rem;color:var(--dim);padding:4px 12px 4px 0;border-bottom:1px solid var(--line)}
td{vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--grid)}
.when,.number,.phase-name{white-space:nowrap}
.phase-name,.path{color:var(--dim)}
.number{font-variant-numeric:tabular-nums}
.path{display:block;overflow-wrap:anywhere}
.chip{font-size:.78rem;padding:0 7px;border:1px solid var(--warn);border-radius:999px;color:var(--warn);white-space:nowrap}
tr.marked{background:color-mix(in srgb,var(--bad-pale) 45%,transparent)}
tr:target{outline:2px solid var(--link)}
footer{margin-top:34px;padding-top:12px;border-top:1px solid var(--line)}
`;

const narrow = `
@media (max-width:760px){
main{padding:0 12px 30px}
.verdict{padding:14px 14px;margin-top:12px}
.columns{grid-template-columns:minmax(0,1fr)}
.facts div{grid-template-columns:7rem minmax(0,1fr)}
.row{grid-template-columns:minmax(0,1fr);padding-top:3px}
.row.axis .name,.word.wide,.tick.odd{display:none}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody{display:block}
tr{display:flex;flex-wrap:wrap;gap:1px 12px;padding:6px 4px;border-bottom:1px solid var(--grid)}
td{border:0;padding:0}
td:nth-child(2),td:nth-child(3){flex:1 1 100%}
.phase-name{display:none}
}
@media print{
:root{color-scheme:light}
main{max-width:none;padding:0}
.search,.skip,button,#picture>label{display:none!important}
#picture:has(>input)>.view{display:block!important;break-inside:avoid}
.view-name{display:block}
.row,tr,.facts div{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

export const style = colours + text + picture + tables + narrow;
