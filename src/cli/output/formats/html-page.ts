// Style and script of the HTML report. The page's policy names both by their hash: nothing else runs or styles.

export const stylesheet = `
:root{color-scheme:light dark;--ink:#16191f;--dim:#5f6b7a;--line:#d5dbdb;--back:#fff;--card:#f8f9fa;--CRITICAL:#7d2105;--HIGH:#ba2e0f;--MEDIUM:#cc5f21;--LOW:#8d6605;--INFORMATIONAL:#687078;--UNTRIAGED:#687078}
@media (prefers-color-scheme:dark){:root{--ink:#e9ebed;--dim:#9ba7b6;--line:#414d5c;--back:#0f1b2a;--card:#192534;--CRITICAL:#fe6e73;--HIGH:#f89256;--MEDIUM:#f2cd54;--LOW:#dfb52c;--INFORMATIONAL:#9ba7b6;--UNTRIAGED:#9ba7b6}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
header,main,footer{max-width:1100px;margin:0 auto;padding:0 24px}
header{padding-top:28px}h1{font-size:24px;margin:0;overflow-wrap:anywhere}h2{font-size:18px;margin:32px 0 8px}
header p{margin:4px 0;color:var(--dim)}.digest{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
footer{padding-top:24px;padding-bottom:32px;color:var(--dim);font-size:13px}
.tiles,.charts{display:grid;gap:16px;margin-top:20px;grid-template-columns:repeat(auto-fit,minmax(200px,1fr))}
.charts{grid-template-columns:repeat(auto-fit,minmax(320px,1fr))}
.tile,figure{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 18px;margin:0}
.tile b{display:block;font-size:30px;line-height:1.2}.tile span,figcaption{color:var(--dim)}.tile.bad b{color:var(--CRITICAL)}
svg{width:100%;max-width:460px;margin-top:12px;font:16px system-ui,sans-serif;fill:var(--ink)}.label{fill:var(--dim)}.middle{text-anchor:middle}
rect.CRITICAL{fill:var(--CRITICAL)}rect.HIGH{fill:var(--HIGH)}rect.MEDIUM{fill:var(--MEDIUM)}rect.LOW{fill:var(--LOW)}rect.INFORMATIONAL,rect.UNTRIAGED{fill:var(--UNTRIAGED)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:600;white-space:nowrap}.number{text-align:right}
.badge{display:inline-block;border:1px solid currentColor;border-radius:4px;padding:0 6px;font-size:12px;white-space:nowrap}
.badge.CRITICAL{color:var(--CRITICAL)}.badge.HIGH{color:var(--HIGH)}.badge.MEDIUM{color:var(--MEDIUM)}.badge.LOW{color:var(--LOW)}.badge.INFORMATIONAL,.badge.UNTRIAGED{color:var(--UNTRIAGED)}
summary{cursor:pointer}summary small{display:block;color:var(--dim)}details ul{padding-left:20px;overflow-wrap:anywhere}
.notice{border-left:4px solid var(--line);background:var(--card);padding:8px 14px;margin:12px 0 0}.notice.bad{border-color:var(--CRITICAL)}.notice.good{border-color:#1d8102}
input{font:inherit;padding:6px 10px;width:min(420px,100%);border:1px solid var(--line);border-radius:6px;background:var(--back);color:inherit}#count{color:var(--dim);margin-left:8px}
@media print{input,#count{display:none}}
`

export const script = `
const filter=document.getElementById('filter');
if(filter){
const rows=[...document.querySelectorAll('#findings tbody tr')];
const count=document.getElementById('count');
filter.addEventListener('input',()=>{
const words=filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
let shown=0;
for(const row of rows){
const text=row.textContent.toLowerCase();
const fits=words.every((word)=>text.includes(word));
row.hidden=!fits;
if(fits)shown+=1;
}
count.textContent=shown+' of '+rows.length;
});
}
`
