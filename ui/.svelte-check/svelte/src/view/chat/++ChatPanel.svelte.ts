///<reference types="svelte" />
;
import ArrowDown from '@lucide/svelte/icons/arrow-down';
import Send from '@lucide/svelte/icons/send';
import { tick } from 'svelte';
import { maxChatText, type UiParticipant } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import SidePanel from '../parts/SidePanel.svelte';
import { groupMessages } from './groups.ts';
;

  interface Props {
    me: UiParticipant | undefined;
  };function $$render() {

  
  
  
  
  
  
  
  


  const { me }: Props = $props();
  const page = usePage();
  const groups = $derived(groupMessages(page.snapshot.chat));
  let text = $state('');
  let list: HTMLElement | undefined = $state();
  let field: HTMLTextAreaElement | undefined = $state();
  let isAtEnd = $state(true);
  const left = $derived(maxChatText - text.length);

  $effect(() => {
    if (groups.length > 0 && isAtEnd) void tick().then(toEnd);
  });

  $effect(() => {
    field?.focus({ preventScroll: true });
  });

  function toEnd(): void {
    if (list !== undefined) list.scrollTop = list.scrollHeight;
  }

  function send(): void {
    if (text.length > maxChatText || !page.application.sendChat(text)) return;
    text = '';
    isAtEnd = true;
    toEnd();
  }

  function press(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  }

  const clock = (at: number) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
;
async () => {

 { const $$_lenaPediS0C = __sveltets_2_ensureComponent(SidePanel); new $$_lenaPediS0C({ target: __sveltets_2_any(), props: { children:() => { return __sveltets_2_any(0); },"title":t.chat.title,}});
   { svelteHTML.createElement("div", { "class":`log`,});
    
    
     { const $$_div2 = svelteHTML.createElement("div", {            "class":`list scrolls`,"role":`log`,"aria-label":t.chat.log,"tabindex":0,"onscroll":(e) => (isAtEnd = e.currentTarget.scrollHeight - e.currentTarget.scrollTop - e.currentTarget.clientHeight < 40),});list = $$_div2;
         for(let group of __sveltets_2_ensureArray(groups)){group.id;
         { svelteHTML.createElement("div", { "class":`group`,});
           { svelteHTML.createElement("p", { "class":`from`,});
             { svelteHTML.createElement("span", {   "class":`name`,"dir":`auto`,});group.from !== '' && group.from === me?.id ? t.chat.you : group.name; }
             { svelteHTML.createElement("time", {   "class":`numbers`,"datetime":new Date(group.at).toISOString(),});clock(group.at); }
           }
             for(let message of __sveltets_2_ensureArray(group.messages)){message.id;
             { svelteHTML.createElement("p", {   "class":`text`,"dir":`auto`,});message.text; }
          }
         }
      }
         { svelteHTML.createElement("div", { "class":`empty`,});
           { svelteHTML.createElement("p", {});t.chat.empty; }
           { svelteHTML.createElement("p", {});t.chat.emptyHelp; }
         }
      
     }
    if(!isAtEnd){
       { svelteHTML.createElement("button", {   "class":`button small below`,"onclick":toEnd,}); { const $$_nwoDworrA3C = __sveltets_2_ensureComponent(ArrowDown); new $$_nwoDworrA3C({ target: __sveltets_2_any(), props: {    "size":14,"strokeWidth":2,}});}t.chat.newBelow; }
    }
   }

   { svelteHTML.createElement("form", {   "onsubmit":(event) => {
      event.preventDefault();
      send();
    },});
     { const $$_textarea2 = svelteHTML.createElement("textarea", {                "bind:value":text,"class":`field`,"rows":1,"dir":`auto`,"aria-label":t.chat.placeholder,"placeholder":t.chat.placeholder,"onkeydown":press,});field = $$_textarea2;/*Ωignore_startΩ*/() => text = __sveltets_2_any(null);/*Ωignore_endΩ*/ }
     { svelteHTML.createElement("button", {       "class":`button quiet send`,"aria-label":t.chat.send,"title":t.chat.send,"disabled":text.trim() === '' || left < 0,});
       { const $$_dneS3C = __sveltets_2_ensureComponent(Send); new $$_dneS3C({ target: __sveltets_2_any(), props: {    "size":18,"strokeWidth":1.75,}});}
     }
    if(left < 200){ { svelteHTML.createElement("p", {  "class":`left numbers`,});left < 0;t.chat.left(left); }}
   }
 SidePanel}


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const ChatPanel__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type ChatPanel__SvelteComponent_ = ReturnType<typeof ChatPanel__SvelteComponent_>;
/*Ωignore_endΩ*/export default ChatPanel__SvelteComponent_;