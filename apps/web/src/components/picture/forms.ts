/**
 * Silhouettes of products on a 100 × 100 canvas. Body, accent and line colours come from the custom properties
 * --pic-a, --pic-b and --pic-d, so one drawing serves every brand and both themes. The same drawings as the
 * simulator's `pictureForms`, which the console may not import.
 */
export const FORMS: Readonly<Record<string, string>> = {
  shoe: '<path fill="var(--pic-a)" d="M14 66V45q10 6 18-6l12 12q14 10 32 11 10 1 10 10H14z"/><path fill="var(--pic-b)" d="M12 70h76v7H16q-4 0-4-7z"/><path stroke="var(--pic-b)" stroke-width="3" d="M38 49l7-6M45 55l7-6M52 59l6-6"/>',
  boot: '<path fill="var(--pic-a)" d="M28 18h24v32q20 4 30 12v12H26z"/><path fill="var(--pic-d)" d="M24 74h60v8H24z"/><path stroke="var(--pic-b)" stroke-width="3" d="M40 26h12M40 35h12M40 44h12"/>',
  sandal:
    '<path fill="var(--pic-a)" d="M14 64q30-8 72 0v12H14z"/><path fill="none" stroke="var(--pic-b)" stroke-width="7" d="M24 64q8-22 26-22t26 22M50 42v22"/>',
  shirt:
    '<path fill="var(--pic-a)" d="M34 18q16 12 32 0l24 14-9 17-11-5v40H30V44l-11 5-9-17z"/><path fill="var(--pic-b)" d="M34 18q16 12 32 0l-4 8q-12 7-24 0z"/>',
  trousers:
    '<path fill="var(--pic-a)" d="M30 14h40l6 72H57L50 40l-7 46H24z"/><path fill="var(--pic-b)" d="M30 14h40l1 8H29z"/>',
  jacket:
    '<path fill="var(--pic-a)" d="M36 16h28l24 18-4 40H72V46v40H28V46v28H16l-4-40z"/><path stroke="var(--pic-d)" stroke-width="2" d="M50 20v66"/><path fill="var(--pic-b)" d="M36 16h28l-6 12H42zM34 58h10v12H34zM56 58h10v12H56z"/>',
  dress:
    '<path fill="var(--pic-a)" d="M38 14q12 10 24 0l4 28 16 44H18l16-44z"/><path fill="var(--pic-b)" d="M34 40h32v6H34z"/>',
  sock: '<path fill="var(--pic-a)" d="M36 14h24v40l22 14q4 14-12 16L36 62z"/><path fill="var(--pic-b)" d="M36 14h24v9H36zM36 28h24v4H36z"/>',
  cap: '<path fill="var(--pic-a)" d="M18 60q0-34 32-34t32 34z"/><path fill="var(--pic-b)" d="M16 60h50q20 2 24 12-20-6-40-5-30 1-34-7z"/><circle cx="50" cy="26" r="4" fill="var(--pic-b)"/>',
  glasses:
    '<path fill="none" stroke="var(--pic-d)" stroke-width="4" d="M8 38l10 4M92 38l-10 4M44 48q6-5 12 0"/><rect x="15" y="38" width="30" height="24" rx="11" fill="var(--pic-a)"/><rect x="55" y="38" width="30" height="24" rx="11" fill="var(--pic-a)"/><path stroke="var(--pic-b)" stroke-width="3" d="M22 52l8-8M62 52l8-8"/>',
  watch:
    '<path fill="var(--pic-b)" d="M38 8h24l3 22H35zM35 70h30l-3 22H38z"/><circle cx="50" cy="50" r="26" fill="var(--pic-a)"/><circle cx="50" cy="50" r="19" fill="#fff"/><path stroke="var(--pic-d)" stroke-width="3" d="M50 38v12l8 6"/>',
  belt: '<circle cx="50" cy="50" r="32" fill="none" stroke="var(--pic-a)" stroke-width="12"/><rect x="40" y="72" width="20" height="20" rx="3" fill="none" stroke="var(--pic-b)" stroke-width="5"/>',
  backpack:
    '<path fill="none" stroke="var(--pic-d)" stroke-width="4" d="M40 20q0-10 10-10t10 10"/><rect x="24" y="18" width="52" height="68" rx="16" fill="var(--pic-a)"/><rect x="32" y="52" width="36" height="26" rx="6" fill="var(--pic-b)"/><path stroke="var(--pic-d)" stroke-width="2" d="M24 44h52M36 60h28"/>',
  bag: '<path fill="none" stroke="var(--pic-d)" stroke-width="4" d="M34 42q0-24 16-24t16 24"/><path fill="var(--pic-a)" d="M20 40h60l7 42H13z"/><circle cx="50" cy="54" r="5" fill="var(--pic-b)"/>',
  suitcase:
    '<path fill="none" stroke="var(--pic-d)" stroke-width="4" d="M40 28V10h20v18"/><rect x="26" y="26" width="48" height="58" rx="8" fill="var(--pic-a)"/><path stroke="var(--pic-b)" stroke-width="3" d="M38 34v42M50 34v42M62 34v42"/><path fill="var(--pic-d)" d="M32 84h8v7h-8zM60 84h8v7h-8z"/>',
  cushion:
    '<path fill="var(--pic-a)" d="M18 22q32 8 64 0-8 28 0 56-32-8-64 0 8-28 0-56z"/><path fill="none" stroke="var(--pic-b)" stroke-width="3" d="M30 32q20 5 40 0-5 18 0 36-20-5-40 0 5-18 0-36z"/>',
  headphones:
    '<path fill="none" stroke="var(--pic-d)" stroke-width="6" d="M22 58V48q0-30 28-30t28 30v10"/><rect x="14" y="52" width="18" height="32" rx="8" fill="var(--pic-a)"/><rect x="68" y="52" width="18" height="32" rx="8" fill="var(--pic-a)"/><path fill="var(--pic-b)" d="M28 54h6v28h-6zM66 54h6v28h-6z"/>',
  earbuds:
    '<path fill="var(--pic-a)" d="M20 30q0-14 14-14t14 14v4q-4 8-12 8v40h-9V42q-7-4-7-12zM80 30q0-14-14-14t-14 14v4q4 8 12 8v40h9V42q7-4 7-12z"/><circle cx="34" cy="29" r="6" fill="var(--pic-b)"/><circle cx="66" cy="29" r="6" fill="var(--pic-b)"/>',
  speaker:
    '<rect x="28" y="12" width="44" height="76" rx="8" fill="var(--pic-a)"/><circle cx="50" cy="62" r="16" fill="var(--pic-d)"/><circle cx="50" cy="62" r="8" fill="var(--pic-b)"/><circle cx="50" cy="30" r="8" fill="var(--pic-d)"/>',
  turntable:
    '<rect x="10" y="24" width="80" height="56" rx="5" fill="var(--pic-a)"/><circle cx="44" cy="52" r="23" fill="var(--pic-d)"/><circle cx="44" cy="52" r="8" fill="var(--pic-b)"/><path fill="none" stroke="#fff" stroke-width="3" d="M80 32v26l-16 8"/>',
  cable:
    '<path fill="none" stroke="var(--pic-a)" stroke-width="6" d="M20 80V50q0-26 30-26t30 24-24 22-20-18 14-12"/><path fill="var(--pic-b)" d="M14 74h12v16H14z"/>',
  laptop:
    '<rect x="18" y="22" width="64" height="44" rx="4" fill="var(--pic-d)"/><path fill="var(--pic-b)" d="M23 27h54v34H23z"/><path fill="var(--pic-a)" d="M8 68h84l-6 9H14z"/>',
  sleeve:
    '<rect x="12" y="28" width="76" height="50" rx="8" fill="var(--pic-a)"/><path stroke="var(--pic-b)" stroke-width="3" d="M16 38h68"/><path fill="var(--pic-d)" d="M70 34h6v12h-6z"/>',
  keyboard:
    '<rect x="8" y="34" width="84" height="36" rx="6" fill="var(--pic-a)"/><path stroke="var(--pic-b)" stroke-width="7" stroke-dasharray="7 4" d="M15 43h71M15 53h71"/><path stroke="var(--pic-d)" stroke-width="6" d="M30 63h40"/>',
  mouse:
    '<rect x="30" y="16" width="40" height="68" rx="20" fill="var(--pic-a)"/><path stroke="var(--pic-d)" stroke-width="2" d="M30 44h40M50 16v28"/><rect x="46" y="26" width="8" height="14" rx="4" fill="var(--pic-b)"/>',
  monitor:
    '<rect x="8" y="18" width="84" height="52" rx="4" fill="var(--pic-d)"/><path fill="var(--pic-b)" d="M13 23h74v42H13z"/><path fill="var(--pic-a)" d="M44 70h12v10h14v6H30v-6h14z"/>',
  phone:
    '<rect x="30" y="8" width="40" height="84" rx="9" fill="var(--pic-a)"/><rect x="36" y="14" width="15" height="22" rx="6" fill="var(--pic-d)"/><circle cx="43" cy="21" r="4" fill="var(--pic-b)"/><circle cx="43" cy="30" r="4" fill="var(--pic-b)"/>',
  charger:
    '<rect x="30" y="34" width="40" height="46" rx="8" fill="var(--pic-a)"/><path fill="var(--pic-d)" d="M38 16h6v18h-6zM56 16h6v18h-6z"/><path fill="var(--pic-b)" d="M53 42L40 60h9l-3 14 14-19h-9z"/>',
  camera:
    '<path fill="var(--pic-d)" d="M36 26l5-9h18l5 9z"/><rect x="10" y="26" width="80" height="52" rx="8" fill="var(--pic-a)"/><circle cx="50" cy="52" r="20" fill="var(--pic-d)"/><circle cx="50" cy="52" r="12" fill="var(--pic-b)"/><path fill="#fff" d="M72 34h10v6H72z"/>',
  tripod:
    '<rect x="36" y="10" width="28" height="14" rx="3" fill="var(--pic-b)"/><path stroke="var(--pic-a)" stroke-width="6" d="M50 24v24L24 90M50 48l26 42M50 48v40"/>',
  pan: '<circle cx="40" cy="54" r="30" fill="var(--pic-d)"/><circle cx="40" cy="54" r="23" fill="var(--pic-a)"/><path stroke="var(--pic-b)" stroke-width="8" stroke-linecap="round" d="M64 36l26-20"/>',
  knife:
    '<path fill="var(--pic-a)" d="M8 62Q40 22 66 26v22q-30 4-58 14z"/><path fill="var(--pic-b)" d="M64 27h26q4 10 0 19H64z"/><path fill="var(--pic-d)" d="M72 34h4v4h-4zM82 34h4v4h-4z"/>',
  board:
    '<rect x="24" y="10" width="52" height="80" rx="10" fill="var(--pic-a)"/><circle cx="50" cy="22" r="6" fill="#fff"/><path stroke="var(--pic-b)" stroke-width="3" d="M36 38v44M50 38v44M64 38v44"/>',
  kettle:
    '<path fill="none" stroke="var(--pic-d)" stroke-width="6" d="M68 36q20 0 18 18t-16 16"/><path fill="var(--pic-a)" d="M28 24h42l6 62H22zM28 34L12 26l12 24z"/><path fill="var(--pic-b)" d="M30 18h38v8H30zM30 60h40v8H28z"/>',
  mug: '<path fill="none" stroke="var(--pic-a)" stroke-width="8" d="M66 38q20-2 20 14T66 68"/><path fill="var(--pic-a)" d="M22 26h46v50q0 10-10 10H32q-10 0-10-10z"/><path fill="var(--pic-b)" d="M22 42h46v12H22z"/>',
  tin: '<ellipse cx="50" cy="70" rx="36" ry="12" fill="var(--pic-a)"/><path fill="var(--pic-a)" d="M14 38h72v32H14z"/><ellipse cx="50" cy="38" rx="36" ry="12" fill="var(--pic-d)"/><ellipse cx="50" cy="38" rx="28" ry="8" fill="var(--pic-b)"/>',
  jar: '<rect x="26" y="30" width="48" height="58" rx="10" fill="var(--pic-a)"/><rect x="30" y="14" width="40" height="16" rx="4" fill="var(--pic-d)"/><path fill="var(--pic-b)" d="M26 48h48v24H26z"/>',
  packet:
    '<path fill="var(--pic-a)" d="M24 18h52l4 70H20z"/><path fill="var(--pic-d)" d="M24 12h52v10H24z"/><circle cx="50" cy="54" r="16" fill="var(--pic-b)"/>',
  bottle:
    '<path fill="var(--pic-a)" d="M42 20h16v14q12 6 12 18v38H30V52q0-12 12-18z"/><path fill="var(--pic-d)" d="M41 8h18v12H41z"/><path fill="var(--pic-b)" d="M30 56h40v20H30z"/>',
  lamp: '<path fill="var(--pic-a)" d="M34 14h32l14 32H20z"/><path fill="var(--pic-d)" d="M47 46h6v34h-6z"/><path fill="var(--pic-b)" d="M30 80h40v7H30z"/>',
  chair:
    '<path fill="var(--pic-a)" d="M24 14h42q6 0 6 8v34H22V20q0-6 2-6z"/><path fill="var(--pic-b)" d="M16 52h62q6 0 6 6v12H14V58z"/><path fill="var(--pic-d)" d="M20 70h6v20h-6zM72 70h6v20h-6z"/>',
  candle:
    '<rect x="28" y="40" width="44" height="48" rx="6" fill="var(--pic-a)"/><path fill="var(--pic-b)" d="M50 10q12 14 0 24-12-10 0-24zM34 56h32v18H34z"/><path stroke="var(--pic-d)" stroke-width="2" d="M50 32v8"/>',
  linen:
    '<path fill="var(--pic-a)" d="M12 56h76v28H12z"/><path fill="var(--pic-b)" d="M12 50q0-10 10-10h56q10 0 10 10v12H12z"/><rect x="20" y="22" width="60" height="20" rx="9" fill="var(--pic-d)"/>',
  plant:
    '<path fill="#3f8f5a" d="M50 60Q20 50 18 20q28 6 32 30 4-34 32-36 0 34-32 46z"/><path fill="var(--pic-a)" d="M32 58h36l-5 32H37z"/><path fill="var(--pic-b)" d="M30 56h40v8H30z"/>',
  pot: '<path fill="var(--pic-a)" d="M22 34h56l-9 54H31z"/><path fill="var(--pic-b)" d="M16 24h68v14H16z"/><path stroke="var(--pic-d)" stroke-width="2" d="M27 60h46"/>',
  trowel:
    '<path fill="var(--pic-a)" d="M50 92q-20-14-16-40h32q4 26-16 40z"/><path fill="var(--pic-d)" d="M47 36h6v18h-6z"/><rect x="42" y="8" width="16" height="30" rx="7" fill="var(--pic-b)"/>',
  drill:
    '<path fill="var(--pic-a)" d="M28 24h46v24H56l6 26H40l-4-26h-8z"/><path fill="var(--pic-d)" d="M74 30h8v12h-8zM82 34h12v4H82z"/><path fill="var(--pic-b)" d="M36 74h34v14H36z"/>',
  screwdriver:
    '<rect x="38" y="10" width="24" height="40" rx="9" fill="var(--pic-a)"/><path fill="var(--pic-b)" d="M44 14h4v32h-4zM52 14h4v32h-4z"/><path fill="var(--pic-d)" d="M46 50h8v34l-4 8-4-8z"/>',
  tent: '<path fill="var(--pic-a)" d="M50 18l42 64H8z"/><path fill="var(--pic-d)" d="M50 40l20 42H30z"/><path fill="var(--pic-b)" d="M50 40v42H30z"/>',
  sleepingbag:
    '<path fill="var(--pic-a)" d="M34 26q0-16 16-16t16 16l6 50q0 14-22 14T28 76z"/><ellipse cx="50" cy="28" rx="11" ry="12" fill="var(--pic-d)"/><path fill="none" stroke="var(--pic-b)" stroke-width="3" d="M31 50q19 8 38 0M29 66q21 8 42 0"/>',
  stove:
    '<path fill="var(--pic-b)" d="M50 12q16 16 0 30-16-14 0-30z"/><path fill="var(--pic-d)" d="M22 42h56v6H22z"/><rect x="34" y="48" width="32" height="40" rx="8" fill="var(--pic-a)"/>',
  grill:
    '<path fill="var(--pic-a)" d="M14 40h72q-2 28-36 28T14 40z"/><path fill="var(--pic-b)" d="M18 38q4-22 32-22t32 22z"/><path stroke="var(--pic-d)" stroke-width="5" d="M34 66l-12 26M66 66l12 26"/>',
  bike: '<circle cx="24" cy="64" r="18" fill="none" stroke="var(--pic-d)" stroke-width="4"/><circle cx="76" cy="64" r="18" fill="none" stroke="var(--pic-d)" stroke-width="4"/><path fill="none" stroke="var(--pic-a)" stroke-width="5" d="M24 64l16-28h26l-18 28zM76 64L64 30h10"/><path stroke="var(--pic-b)" stroke-width="5" d="M32 34h16"/>',
  helmet:
    '<path fill="var(--pic-a)" d="M10 58q2-36 42-36 34 0 38 34l-8 6H14z"/><path stroke="var(--pic-b)" stroke-width="5" d="M30 48q4-14 14-18M48 48q2-14 8-19M66 48q0-10 2-16"/><path fill="none" stroke="var(--pic-d)" stroke-width="3" d="M30 62q8 24 22 24t14-24"/>',
  torch:
    '<path fill="var(--pic-b)" d="M66 34l26-14v60L66 66z"/><rect x="10" y="38" width="42" height="24" rx="5" fill="var(--pic-a)"/><path fill="var(--pic-d)" d="M52 32h16v36H52zM24 42h12v5H24z"/>',
  tube: '<path fill="var(--pic-a)" d="M28 12h44l-8 62H36z"/><path fill="var(--pic-d)" d="M38 74h24v14H38z"/><path fill="var(--pic-b)" d="M33 34h34l-2 16H35z"/>',
  perfume:
    '<rect x="26" y="40" width="48" height="48" rx="8" fill="var(--pic-a)"/><path fill="var(--pic-d)" d="M42 14h16v18H42z"/><path fill="var(--pic-b)" d="M38 32h24v8H38zM36 56h28v18H36z"/>',
  book: '<path fill="var(--pic-a)" d="M22 12h52q6 0 6 6v70H28q-6 0-6-6z"/><path fill="#fff" d="M28 78h52v6H28z"/><path fill="var(--pic-b)" d="M34 26h34v8H34zM34 40h22v5H34z"/>',
  blocks:
    '<path fill="var(--pic-a)" d="M12 54h36v34H12zM18 46h8v8h-8zM34 46h8v8h-8z"/><path fill="var(--pic-b)" d="M52 54h36v34H52zM58 46h8v8h-8zM74 46h8v8h-8z"/><path fill="var(--pic-d)" d="M30 18h40v28H30zM36 11h8v7h-8zM56 11h8v7h-8z"/>',
  bear: '<circle cx="32" cy="22" r="10" fill="var(--pic-a)"/><circle cx="68" cy="22" r="10" fill="var(--pic-a)"/><circle cx="50" cy="36" r="24" fill="var(--pic-a)"/><ellipse cx="50" cy="74" rx="26" ry="20" fill="var(--pic-a)"/><ellipse cx="50" cy="43" rx="10" ry="8" fill="var(--pic-b)"/><path fill="var(--pic-d)" d="M39 31h5v5h-5zM56 31h5v5h-5zM47 39h6v4h-6z"/>',
  boxgame:
    '<rect x="14" y="24" width="72" height="56" rx="4" fill="var(--pic-a)"/><path fill="var(--pic-b)" d="M14 24h72v16H14z"/><rect x="38" y="48" width="24" height="24" rx="4" fill="#fff"/><path stroke="var(--pic-d)" stroke-width="5" stroke-linecap="round" d="M44 54h0M56 54h0M50 60h0M44 66h0M56 66h0"/>',
  lead: '<path fill="none" stroke="var(--pic-a)" stroke-width="7" d="M30 22q-14 16 0 28t34 6 6 30"/><circle cx="34" cy="18" r="9" fill="none" stroke="var(--pic-b)" stroke-width="5"/><path fill="var(--pic-d)" d="M64 82h12v10H64z"/>',
  petbed:
    '<ellipse cx="50" cy="60" rx="42" ry="26" fill="var(--pic-a)"/><ellipse cx="50" cy="54" rx="29" ry="14" fill="var(--pic-b)"/><path fill="var(--pic-d)" d="M40 84h20v4H40z"/>',
  bowl: '<path fill="var(--pic-a)" d="M12 46h76L78 78H22z"/><ellipse cx="50" cy="46" rx="38" ry="9" fill="var(--pic-d)"/><ellipse cx="50" cy="46" rx="30" ry="6" fill="var(--pic-b)"/>',
  post: '<path fill="var(--pic-d)" d="M18 80h64v9H18z"/><path fill="var(--pic-a)" d="M40 22h20v58H40z"/><path stroke="var(--pic-b)" stroke-width="3" d="M40 36h20M40 48h20M40 60h20M40 72h20"/><rect x="24" y="12" width="52" height="10" rx="4" fill="var(--pic-b)"/>',
  box: '<path fill="var(--pic-a)" d="M14 36l36-16 36 16v38L50 90 14 74z"/><path fill="var(--pic-b)" d="M14 36l36 16 36-16-36-16z"/><path stroke="var(--pic-d)" stroke-width="2" d="M50 52v38"/>',
};
