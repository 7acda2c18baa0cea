///<reference types="svelte" />
;
import Check from '@lucide/svelte/icons/check';
import Copy from '@lucide/svelte/icons/copy';
import { pageNow } from '../../connection/clock.ts';
import { formatCode } from '../../protocol/invitation.ts';
import type { UiSnapshot } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import { copyText } from '../parts/copy.ts';
import { formatElapsed, formatPercent } from '../words.ts';
;

  interface Props {
    agent: UiSnapshot;
  };function $$render() {

  
  
  
  
  
  
  
  
  


  const { agent }: Props = $props();
  const page = usePage();
  const network = $derived(page.snapshot.network);
  const loss = $derived(Math.max(network?.lossUp ?? 0, network?.lossDown ?? 0));
  const quality = $derived.by(() => {
    const rtt = network?.rttMs;
    if (rtt == null) return 'unknown';
    if (rtt >= 300 || loss >= 0.1) return 'poor';
    return rtt >= 100 || loss >= 0.02 ? 'fair' : 'good';
  });
  const ping = $derived(network?.rttMs == null ? t.network.unknown : t.network.ping(network.rttMs < 10 ? Math.round(network.rttMs * 10) / 10 : Math.round(network.rttMs)));
  const title = $derived(agent.meeting?.title || t.meeting.untitled);
  const code = $derived(agent.meeting?.code ?? '');
  let now = $state(pageNow());
  let isCopied = $state(false);

  $effect(() => {
    const timer = setInterval(() => {
      now = pageNow();
    }, 1_000);
    return () => clearInterval(timer);
  });

  async function copy(): Promise<void> {
    isCopied = await copyText(code);
    if (isCopied) page.application.notify(pageNow(), { key: 'copied' });
    setTimeout(() => (isCopied = false), 1_600);
  }
;
async () => {

 { svelteHTML.createElement("header", {});
   { svelteHTML.createElement("div", { "class":`left`,});
     { svelteHTML.createElement("h1", {   "dir":`auto`,"title":title,});title; }
    if(code !== ''){
       { svelteHTML.createElement("button", {       "class":`code numbers`,"aria-label":t.meeting.code(formatCode(code)),"title":t.meeting.code(formatCode(code)),"onclick":() => void copy(),});
        formatCode(code);
        if(isCopied){ { const $$_kcehC3C = __sveltets_2_ensureComponent(Check); new $$_kcehC3C({ target: __sveltets_2_any(), props: {      "size":14,"strokeWidth":2,"class":`icon`,}});}}else{ { const $$_ypoC3C = __sveltets_2_ensureComponent(Copy); new $$_ypoC3C({ target: __sveltets_2_any(), props: {      "size":14,"strokeWidth":2,"class":`icon`,}});}}
       }
    }
    if(agent.meeting !== null){
       { svelteHTML.createElement("span", {     "class":`elapsed numbers`,"role":`timer`,"aria-label":t.meeting.elapsed(formatElapsed(now - agent.meeting.startedAt)),});
        formatElapsed(now - agent.meeting.startedAt);
       }
      if(agent.meeting.isRecording){ { svelteHTML.createElement("span", { "class":`recording`,});t.meeting.recording; }}
    }
   }

   { svelteHTML.createElement("div", {         "class":`network numbers ${quality}`,"role":`img`,"aria-label":quality === 'unknown' ? t.network.unknown : `${t.network.state[quality]}, ${ping}`,"title":network === undefined
      ? t.network.unknown
      : t.network.title(ping, formatPercent(network.lossUp), formatPercent(network.lossDown), `${network.jitterMs.toFixed(1)} ms`),});
     { svelteHTML.createElement("span", { "class":`dot`,}); }
     { svelteHTML.createElement("span", {});ping; }
    if(loss >= 0.001){ { svelteHTML.createElement("span", { "class":`loss`,});t.network.loss(formatPercent(loss)); }}
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const TopBar__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type TopBar__SvelteComponent_ = ReturnType<typeof TopBar__SvelteComponent_>;
/*Ωignore_endΩ*/export default TopBar__SvelteComponent_;