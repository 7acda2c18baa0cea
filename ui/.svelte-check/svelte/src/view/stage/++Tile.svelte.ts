///<reference types="svelte" />
;
import Crown from '@lucide/svelte/icons/crown';
import MicOff from '@lucide/svelte/icons/mic-off';
import WifiOff from '@lucide/svelte/icons/wifi-off';
import type { Attachment } from 'svelte/attachments';
import type { UiParticipant } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import Avatar from '../parts/Avatar.svelte';
import { showStream } from '../parts/attachments.ts';
import type { Rectangle } from './layout.ts';
;

  interface Props {
    participant: UiParticipant;
    place: Rectangle;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  


  const { participant, place }: Props = $props();
  const page = usePage();
  const preview = $derived(page.snapshot.media.preview);
  // A participant is a new object in each snapshot; a canvas gives its control away only once, so it must hang on the number alone.
  const track = $derived(participant.videoTrack);
  const isAway = $derived(participant.presence === 'away');
  const hasPicture = $derived(participant.camera === 'on' && !isAway);
  let isShown = $state(false);

  $effect(() => {
    if (!hasPicture) isShown = false;
  });

  /** Gives the canvas to the worker that draws this person; frames never pass through here. */
  function pictures(ofTrack: number): Attachment<HTMLCanvasElement> {
    return (canvas) =>
      page.media.attach(canvas, ofTrack, () => {
        isShown = true;
      });
  }
;
async () => {

  { svelteHTML.createElement("li", {        "class":`tile`,...__sveltets_2_empty({"data-participant":participant.id}),});participant.isSpeaking && !isAway;__sveltets_2_ensureType(String, Number, ` ${place.x} ${place.y} `);__sveltets_2_ensureType(String, Number, `${place.width} `);__sveltets_2_ensureType(String, Number, `${place.height} `);
  if(participant.isMe){
    if(preview !== undefined && participant.camera === 'on'){
       { svelteHTML.createElement("video", {   "class":`mirrored`,"muted":true,"playsinline":true,[Symbol("@attach")]:showStream(preview),}); }
    }else{
       { svelteHTML.createElement("div", { "class":`face`,}); { const $$_ratavA2C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA2C({ target: __sveltets_2_any(), props: {    "name":participant.name,"size":`min(34cqw, 46cqh, 168px)`,}});} }
    }
  }else{
    if(!hasPicture || !isShown){
       { svelteHTML.createElement("div", { "class":`face`,}); { const $$_ratavA2C = __sveltets_2_ensureComponent(Avatar); new $$_ratavA2C({ target: __sveltets_2_any(), props: {    "name":participant.name,"size":`min(34cqw, 46cqh, 168px)`,}});} }
    }
    if(hasPicture){
      track; {
         { svelteHTML.createElement("canvas", {  [Symbol("@attach")]:pictures(track),});!isShown; }
      }
    }
  }

  if(isAway){
     { svelteHTML.createElement("p", { "class":`veil`,}); { const $$_ffOifiW2C = __sveltets_2_ensureComponent(WifiOff); new $$_ffOifiW2C({ target: __sveltets_2_any(), props: {      "size":20,"strokeWidth":1.75,"class":`icon`,}});} { svelteHTML.createElement("span", {});t.tile.away; } }
  }

   { svelteHTML.createElement("p", { "class":`name`,});
    if(participant.microphone !== 'on'){
       { svelteHTML.createElement("span", {   "class":`muted`,"title":t.tile.muted,}); { const $$_ffOciM3C = __sveltets_2_ensureComponent(MicOff); new $$_ffOciM3C({ target: __sveltets_2_any(), props: {      "size":15,"strokeWidth":2,"class":`icon`,}});} { svelteHTML.createElement("span", { "class":`unseen`,});t.tile.muted; } }
    }
     { svelteHTML.createElement("span", {     "class":`text`,"dir":`auto`,"title":participant.name,});participant.isMe ? t.meeting.you : participant.name; }
    if(participant.role === 'host'){
       { svelteHTML.createElement("span", {   "class":`host`,"title":t.tile.host,}); { const $$_nworC3C = __sveltets_2_ensureComponent(Crown); new $$_nworC3C({ target: __sveltets_2_any(), props: {      "size":14,"strokeWidth":2,"class":`icon`,}});} { svelteHTML.createElement("span", { "class":`unseen`,});t.tile.host; } }
    }
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Tile__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Tile__SvelteComponent_ = ReturnType<typeof Tile__SvelteComponent_>;
/*Ωignore_endΩ*/export default Tile__SvelteComponent_;