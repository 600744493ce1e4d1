// What a page shows of one post and of its comments, and where the person who looks stands on it.
//
// Pure functions over the DOM: nothing here talks to a network or changes the page, but for `expand`, which presses
// the page's own "more comments" buttons. The extension runs this file in the page's tab; the bookmarklet carries it.

globalThis.besa = (() => {
  "use strict";

  const PLATFORMS = [
    [/(^|\.)(facebook|fb)\.com$/, "facebook"], [/(^|\.)instagram\.com$/, "instagram"], [/(^|\.)tiktok\.com$/, "tiktok"],
    [/(^|\.)(x|twitter)\.com$/, "x"], [/(^|\.)(youtube\.com|youtu\.be)$/, "youtube"],
    [/(^|\.)(t\.me|telegram\.(me|org))$/, "telegram"],
  ];
  const platformOf = (host) => PLATFORMS.find(([pattern]) => pattern.test(host))?.[1] ?? "portal";

  // Small things

  const tidy = (text) => (text ?? "").replace(/[\u00a0\u202f]/g, " ").replace(/[ \t]+\n/g, "\n").trim();
  const one = (root, ...selectors) => {
    for (const selector of selectors) {
      const found = root?.querySelector(selector);
      if (found) return found;
    }
    return null;
  };
  const textOf = (element) => tidy(element?.innerText ?? element?.textContent);
  const first = (root, ...selectors) => textOf(one(root, ...selectors));
  const attribute = (root, name, ...selectors) => one(root, ...selectors)?.getAttribute(name)?.trim() ?? "";
  const absolute = (href, page) => {
    try {
      const found = new URL(href, page);
      return found.protocol.startsWith("http") ? found.href : "";
    } catch {
      return "";
    }
  };
  const link = (root, page, ...selectors) => absolute(attribute(root, "href", ...selectors), page);
  const iso = (value) => {
    const moment = /^\d{9,10}$/.test(value ?? "") ? new Date(Number(value) * 1000) : new Date(value ?? "");
    return Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
  };
  const time = (root, ...selectors) => {
    const found = one(root, ...selectors);
    const value = found?.getAttribute("datetime") ?? found?.getAttribute("data-utime") ?? found?.getAttribute("content");
    return /^\d{4}-\d{2}-\d{2}$/.test(value ?? "") ? value : iso(value);
  };

  // "1,234", "1.2K", "3,4 mijë", "2 hilj." as a number; null where there is none.
  const THOUSAND = /^(k|mijë|mij|hilj|tis|хиљ|тис)/i;
  const MILLION = /^(m|mln|mil|milion|мил)(?!ij)/i;
  function count(text) {
    const found = /(\d[\d.,\s]*)\s*(\p{L}*)/u.exec(tidy(text));
    if (!found) return null;
    const scale = THOUSAND.test(found[2]) ? 1e3 : MILLION.test(found[2]) ? 1e6 : 1;
    let digits = found[1].trim().replace(/\s/g, "");
    if (scale === 1) return Number(digits.replace(/[.,]/g, "").slice(0, 15));
    digits = digits.replace(/,/g, ".").replace(/\.(?=.*\.)/g, "");
    return Math.round(Number.parseFloat(digits) * scale);
  }
  const counted = (root, ...selectors) => {
    const found = one(root, ...selectors);
    return found ? count(found.getAttribute("aria-label") || textOf(found)) : null;
  };
  // Facebook and others only say a figure in words: "14 comments", "14 komente", "14 komentara".
  const COUNT_WORDS = {
    comments: /(comment|koment|коментар)/i,
    shares: /(share|shpërndarj|ndarj|dije?ljenj|del(j)?enj|дељењ)/i,
    reactions: /(reaction|like|pëlqim|reagim|reakcij|sviđanj|реакциј|свиђањ)/i,
    views: /(view|shikim|pregled|преглед)/i,
  };
  function figures(root) {
    const found = {};
    for (const element of root.querySelectorAll("[aria-label], span, a")) {
      const said = element.getAttribute("aria-label") || (element.childElementCount ? "" : element.textContent);
      if (!said || said.length > 60 || !/^\D{0,24}\d/.test(said)) continue;
      for (const [name, words] of Object.entries(COUNT_WORDS)) {
        if (found[name] === undefined && words.test(said)) found[name] = count(said);
      }
    }
    return found;
  }
  const known = (counts) => Object.fromEntries(Object.entries(counts).filter(([, number]) => Number.isFinite(number)));

  // The platforms. `posts` and `comments` find elements, `post` and `comment` read one; `own` finds what shows who
  // is logged in, `private` what else tells of them (chats, menus, the field to write in).

  const profile = (href) => /^\/@?([\w.-]+)\/?(?:[?#].*)?$/.exec(href ?? "")?.[1] ?? "";
  const handleAt = (root, page, ...selectors) => {
    const address = link(root, page, ...selectors);
    return address ? profile(new URL(address).pathname) : "";
  };

  const facebook = {
    posts: (doc) => [...doc.querySelectorAll('[role="article"]')].filter((e) => !e.parentElement?.closest('[role="article"]')),
    post: (root, page) => ({
      kind: /\/(videos|reel|watch)\b/.test(page) ? "video" : "post",
      url: link(root, page, 'a[href*="/posts/"]:not([href*="comment_id"])', 'a[href*="/permalink/"]', 'a[href*="story_fbid="]',
        'a[href*="/videos/"]', 'a[href*="/reel/"]', 'a[href*="/photo"]') || page,
      account_name: first(root, "h2 a", "h3 a", "h4 a", "strong a"),
      account_handle: handleAt(root, page, "h2 a", "h3 a", "h4 a", "strong a"),
      text: first(root, '[data-ad-preview="message"]', '[data-ad-comet-preview="message"]', '[data-ad-rendering-role="story_message"]'),
      posted_at: time(root, "abbr[data-utime]", "time[datetime]"),
      counts: figures(root),
    }),
    comments: (root) => [...root.querySelectorAll('[role="article"] [role="article"]')],
    comment: (root, page) => {
      const url = link(root, page, ...["/posts/", "/permalink", "story_fbid=", "/videos/", "/reel/", "/photo"].map((place) => `a[href*="${place}"][href*="comment_id="]`));
      const ids = [...url.matchAll(/(?:reply_)?comment_id=([\w%=-]+)/g)].map((found) => decodeURIComponent(found[1]));
      return {
        url, native_id: ids.at(-1) ?? "", parent_native_id: ids.length > 1 ? ids[0] : "",
        account_name: first(root, 'a[role="link"] span', "h3 a", "a span"),
        account_handle: handleAt(root, page, 'a[href^="/"]:not([href*="comment_id"])', 'a[href*="facebook.com/"]:not([href*="comment_id"])'),
        text: first(root, '[data-ad-preview="message"]', 'div[dir="auto"]'),
        posted_at: time(root, "abbr[data-utime]", "time[datetime]"), counts: figures(root),
      };
    },
    sort: (doc) => first(doc, '[role="button"][aria-haspopup="menu"][data-besa-sort]', '[aria-label*="omment"][aria-haspopup="menu"]', '[role="article"] [role="button"][aria-haspopup="menu"] span'),
    own: (doc) => [...doc.querySelectorAll('a[href="/me/"], [role="banner"] [aria-label^="Your profile"], [role="banner"] [aria-label="Account"], [role="navigation"] a[href^="/profile.php?id="], [aria-label^="Comment as"], [aria-label^="Komento si"]')],
    // Facebook writes into its scripts who is logged in.
    told: (doc) => [...doc.scripts].flatMap((script) => [...script.textContent.matchAll(/"(?:USER_ID|ACCOUNT_ID)"\s*:\s*"(\d{5,})"/g)].map((found) => found[1])),
    private: '[role="banner"], [role="navigation"], [role="complementary"], [role="dialog"][aria-label*="hat"], form, [role="textbox"], [contenteditable="true"]',
  };

  const x = {
    posts: (doc) => [...doc.querySelectorAll('article[data-testid="tweet"]')],
    post: (root, page) => {
      const address = root.querySelector("a time[datetime]")?.closest("a")?.getAttribute("href");
      return {
        kind: "post", url: absolute(address ?? page, page),
        account_name: first(root, '[data-testid="User-Name"] a span'),
        account_handle: handleAt(root, page, '[data-testid="User-Name"] a[href^="/"]'),
        text: first(root, '[data-testid="tweetText"]'), posted_at: time(root, "time[datetime]"),
        counts: {
          comments: counted(root, '[data-testid="reply"]'), shares: counted(root, '[data-testid="retweet"]', '[data-testid="unretweet"]'),
          reactions: counted(root, '[data-testid="like"]', '[data-testid="unlike"]'), views: counted(root, 'a[href$="/analytics"]'),
        },
      };
    },
    // On the page of one post, those below it are its replies.
    comments: (root) => {
      const id = /\/status\/(\d+)/.exec(root.defaultView?.location.pathname ?? "")?.[1];
      const all = x.posts(root);
      const at = id ? all.findIndex((e) => e.querySelector(`a[href*="/status/${id}"] time`)) : -1;
      return at < 0 ? [] : all.slice(at + 1);
    },
    comment: (root, page) => {
      const read = x.post(root, page);
      return { ...read, native_id: /\/status\/(\d+)/.exec(read.url)?.[1] ?? "", parent_native_id: "" };
    },
    sort: (doc) => first(doc, '[data-testid="conversationSort"]', '[aria-label="Sort replies"]'),
    own: (doc) => [...doc.querySelectorAll('[data-testid="SideNav_AccountSwitcher_Button"], [data-testid="AppTabBar_Profile_Link"]')],
    private: 'header[role="banner"], [data-testid="sidebarColumn"], [data-testid="DMDrawer"], [data-testid^="tweetTextarea"], [data-testid="inline_reply_offscreen"]',
  };

  const instagram = {
    posts: (doc) => [...doc.querySelectorAll("article")],
    post: (root, page) => ({
      kind: /\/reel\//.test(page) ? "video" : "post",
      url: link(root, page, 'a[href*="/p/"]:not([href*="/c/"])', 'a[href*="/reel/"]:not([href*="/c/"])') || page,
      account_name: "", account_handle: handleAt(root, page, "header a[href^='/']"),
      text: first(root, "h1", "[data-besa-caption]"), posted_at: time(root, 'a[href*="/p/"] > time', "time[datetime]"),
      counts: { reactions: counted(root, 'a[href$="/liked_by/"] span', 'a[href$="/liked_by/"]'), comments: counted(root, 'a[href$="/comments/"]') },
    }),
    comments: (root) => [...root.querySelectorAll("article ul > li, article ul > div")].filter((e) => e.querySelector('a[href*="/c/"]')),
    comment: (root, page) => {
      const url = link(root, page, 'a[href*="/c/"]');
      const ids = /\/c\/(\d+)(?:\/r\/(\d+))?/.exec(url) ?? [];
      return {
        url, native_id: ids[2] ?? ids[1] ?? "", parent_native_id: ids[2] ? ids[1] : "", account_name: "",
        account_handle: handleAt(root, page, "h3 a", "h2 a", "a[href^='/']"), text: first(root, "h3 + div span", 'span[dir="auto"]'),
        posted_at: time(root, "time[datetime]"), counts: figures(root),
      };
    },
    sort: () => "",
    own: (doc) => [...doc.querySelectorAll("nav a:has(img[alt$='profile picture']), [role='navigation'] a:has(img[alt$='profile picture'])")],
    private: 'nav, [role="navigation"], form, textarea',
  };

  const tiktok = {
    posts: (doc) => [...doc.querySelectorAll('[data-e2e="recommend-list-item-container"], [data-e2e="browse-video-container"], main')].slice(0, 8),
    post: (root, page) => ({
      kind: /\/photo\//.test(page) ? "post" : "video",
      url: link(root, page, 'a[href*="/video/"]', 'a[href*="/photo/"]') || page,
      account_name: first(root, '[data-e2e="browser-nickname"] span', '[data-e2e="browser-nickname"]'),
      account_handle: first(root, '[data-e2e="browse-username"]', '[data-e2e="video-author-uniqueid"]').replace(/^@/, ""),
      text: first(root, '[data-e2e="browse-video-desc"]', '[data-e2e="video-desc"]'), posted_at: "",
      counts: {
        reactions: counted(root, '[data-e2e="like-count"]', '[data-e2e="browse-like-count"]'),
        comments: counted(root, '[data-e2e="comment-count"]', '[data-e2e="browse-comment-count"]'),
        shares: counted(root, '[data-e2e="share-count"]'), views: counted(root, '[data-e2e="video-views"]'),
      },
    }),
    comments: (root) => [...root.querySelectorAll('[data-e2e^="comment-level-"]')].map((e) => e.closest("[data-comment-item], li, div[class*='CommentItem']") ?? e.parentElement),
    comment: (root, page) => ({
      url: "", native_id: root.getAttribute("data-comment-item") ?? "", parent_native_id: root.getAttribute("data-reply-to") ?? "",
      account_name: first(root, '[data-e2e^="comment-username-"]'),
      account_handle: handleAt(root, page, 'a[href^="/@"]'), text: first(root, '[data-e2e^="comment-level-"]'),
      posted_at: "", counts: { reactions: counted(root, '[data-e2e="comment-like-count"]') },
    }),
    sort: () => "",
    own: (doc) => [...doc.querySelectorAll('[data-e2e="profile-icon"], a[data-e2e="nav-profile"], [data-e2e="comment-input-avatar"]')],
    private: '[data-e2e="nav-bar"], nav, [data-e2e="comment-input"], [contenteditable="true"]',
  };

  const youtube = {
    posts: (doc) => [...doc.querySelectorAll("ytd-watch-metadata, ytd-reel-video-renderer[is-active]")],
    post: (root, page) => {
      const doc = root.ownerDocument;
      return {
        kind: "video", url: page, account_name: first(root, "#channel-name a", "#owner a"),
        account_handle: handleAt(root, page, "#channel-name a", "#owner a"),
        title: first(root, "h1"), text: first(root, "#description-inline-expander", "#description"),
        posted_at: time(doc, 'meta[itemprop="datePublished"]', 'meta[itemprop="uploadDate"]'),
        counts: {
          reactions: counted(root, "like-button-view-model button", "#like-button button"), views: counted(root, "#info span", "#view-count"),
          comments: counted(doc, "ytd-comments-header-renderer #count"), followers: counted(root, "#owner-sub-count"),
        },
      };
    },
    comments: (root) => [...root.querySelectorAll("ytd-comment-view-model, ytd-comment-renderer")],
    comment: (root, page) => {
      const url = link(root, page, '#published-time-text a', 'a[href*="lc="]');
      const id = /[?&]lc=([\w.-]+)/.exec(url)?.[1] ?? "";
      return {
        url, native_id: id, parent_native_id: id.includes(".") ? id.split(".")[0] : "", account_name: first(root, "#author-text").replace(/^@/, ""),
        account_handle: handleAt(root, page, "a#author-text"), text: first(root, "#content-text"), posted_at: "",
        counts: { reactions: counted(root, "#vote-count-middle") },
      };
    },
    sort: (doc) => first(doc, "ytd-comments-header-renderer tp-yt-paper-menu-button #label", "ytd-comments-header-renderer #sort-menu [aria-selected='true']", "ytd-comments-header-renderer #sort-menu"),
    own: (doc) => [...doc.querySelectorAll("#avatar-btn, ytd-comment-simplebox-renderer, ytd-masthead #avatar-link")],
    private: "ytd-masthead #end, ytd-mini-guide-renderer, tp-yt-app-drawer, ytd-comment-simplebox-renderer",
  };

  const telegram = {
    posts: (doc) => [...doc.querySelectorAll(".tgme_widget_message[data-post], .bubble[data-mid]")],
    post: (root, page) => {
      const named = root.getAttribute("data-post");
      const doc = root.ownerDocument;
      return {
        kind: named ? "post" : "message", url: named ? `https://t.me/${named}` : page,
        account_name: first(root, ".tgme_widget_message_owner_name") || first(doc, ".chat-info .peer-title"),
        account_handle: named?.split("/")[0] ?? "",
        text: first(root, ".tgme_widget_message_text", ".translatable-message", ".message"),
        posted_at: time(root, ".tgme_widget_message_date time", "time[datetime]") || iso(root.getAttribute("data-timestamp")),
        counts: { views: counted(root, ".tgme_widget_message_views", ".post-views") },
      };
    },
    comments: () => [], comment: () => ({}), sort: () => "",
    own: () => [], private: "#column-left, .sidebar-left, .chat-input",
  };

  const portal = {
    posts: (doc) => [one(doc, "article", "main", "body")].filter(Boolean),
    post: (root, page) => {
      const doc = root.ownerDocument;
      const meta = (...names) => attribute(doc, "content", ...names.flatMap((name) => [`meta[property="${name}"]`, `meta[name="${name}"]`]));
      const told = [...doc.querySelectorAll('script[type="application/ld+json"]')].map((script) => /"datePublished"\s*:\s*"([^"]+)"/.exec(script.textContent)?.[1]);
      const published = meta("article:published_time", "datePublished", "date") || told.find(Boolean) || "";
      return {
        kind: "article", url: link(doc, page, 'link[rel="canonical"]') || page,
        account_name: meta("og:site_name") || new URL(page).hostname.replace(/^www\./, ""), account_handle: new URL(page).hostname.replace(/^www\./, ""),
        title: meta("og:title") || first(root, "h1") || tidy(doc.title),
        text: [...root.querySelectorAll("p")].map(textOf).filter((line) => line.length > 20).join("\n\n") || meta("og:description"),
        posted_at: (/^\d{4}-\d{2}-\d{2}$/.test(published) ? published : iso(published)) || time(root, "time[datetime]"), counts: {},
      };
    },
    comments: () => [], comment: () => ({}), sort: () => "", own: () => [], private: "form",
  };

  const READERS = { facebook, x, instagram, tiktok, youtube, telegram, portal };
  const readerOf = (doc) => READERS[platformOf(doc.location.hostname)];

  // Which of several the person means: what they selected in, point at, or see nearest to the middle.
  function meant(elements, doc) {
    const chosen = doc.getSelection?.();
    const node = chosen && !chosen.isCollapsed ? chosen.anchorNode : null;
    const pointed = [...doc.querySelectorAll(":hover")].at(-1);
    const inside = (target) => target && elements.filter((element) => element.contains(target)).at(-1);
    const middle = doc.defaultView.innerHeight / 2;
    const distance = (element) => {
      const box = element.getBoundingClientRect();
      return box.height && box.top < middle && box.bottom > middle ? 0 : Math.min(Math.abs(box.top - middle), Math.abs(box.bottom - middle));
    };
    return { sure: inside(node) ?? inside(pointed), near: [...elements].sort((a, b) => distance(a) - distance(b))[0] };
  }

  function finished(read, extra) {
    return { title: "", text: "", posted_at: "", account_name: "", account_handle: "", ...read, ...extra, counts: known(read.counts ?? {}) };
  }

  // The post on the page and, where the person points at one or selected in it, the comment.
  function read(doc) {
    const page = doc.location.href;
    const platform = platformOf(doc.location.hostname);
    const reader = READERS[platform];
    const posts = reader.posts(doc);
    const comments = reader.comments(doc);
    const replied = comments.length && platform === "x" ? posts.filter((element) => !comments.includes(element)).slice(-1) : posts;
    const choice = meant(replied, doc);
    const element = choice.sure ?? choice.near;
    const post = finished(element ? reader.post(element, page) : { kind: "post", url: page }, { platform });
    const under = meant(comments, doc).sure;
    const comment = under && finished(reader.comment(under, page), { platform, kind: "comment", parent_url: post.url });
    if (comment?.parent_native_id) comment.kind = "reply";
    const selected = tidy(String(doc.getSelection?.() ?? ""));
    return { post, comment: comment ?? null, selected, known: Boolean(element && (post.text || post.title)) };
  }

  // Who looks. `names` are the person's own words for themselves; what the page shows of the account is added.

  const plain = (name) => tidy(name).replace(/^@/, "").toLowerCase();
  function operator(doc, names = []) {
    const reader = readerOf(doc);
    const elements = reader.own(doc);
    const found = new Set([...names, ...(reader.told?.(doc) ?? [])].map(plain));
    for (const element of elements) {
      const handle = profile(element.getAttribute("href") ?? element.querySelector("a[href]")?.getAttribute("href"));
      const id = /[?&]id=(\d{5,})/.exec(element.getAttribute("href") ?? "")?.[1];
      const label = (element.getAttribute("aria-label") ?? "").replace(/^(comment as|komento si|your profile|account)\s*/i, "");
      const alt = (element.querySelector("img[alt]")?.alt ?? "").replace(/('s profile picture|’s profile picture|avatar image)$/i, "");
      const said = element.matches("a, [data-testid]") ? textOf(element).split("\n") : [];
      for (const name of [handle === "me" ? "" : handle, id, label, alt, ...said]) found.add(plain(name));
    }
    return { names: [...found].filter((name) => name.length > 2 && !COMMON.has(name)), elements };
  }
  const COMMON = new Set(["profile", "account", "home", "menu", "avatar image", "your profile", "profili", "profil", "more"]);

  function pattern(names) {
    const forms = names.flatMap((name) => {
      const joined = [name, name.replace(/ /g, ""), name.replace(/ /g, "."), name.replace(/ /g, "\u00a0"), encodeURIComponent(name), name.replace(/ /g, "+")];
      const guarded = name.length < 6 ? (form) => `(?<![\\p{L}\\p{N}])${form}(?![\\p{L}\\p{N}])` : (form) => form;
      return joined.map((form) => guarded(form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+")));
    });
    return forms.length ? new RegExp(forms.join("|"), "giu") : null;
  }

  // Where the picture shows the operator, in CSS pixels of the visible page.
  function boxes(doc, names = []) {
    const who = operator(doc, names);
    const found = [];
    const add = (rects) => {
      for (const box of rects) if (box.width && box.height) found.push({ x: box.x, y: box.y, width: box.width, height: box.height });
    };
    const reader = readerOf(doc);
    for (const element of [...who.elements, ...doc.querySelectorAll(reader.private)]) add([element.getBoundingClientRect()]);
    const search = pattern(who.names);
    if (!search) return found;
    const walker = doc.createTreeWalker(doc.body, 4);
    const range = doc.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const hit of node.data.matchAll(search)) {
        range.setStart(node, hit.index);
        range.setEnd(node, hit.index + hit[0].length);
        add(range.getClientRects());
      }
    }
    for (const element of doc.querySelectorAll("img, image, [placeholder], input, textarea")) {
      const said = [...element.attributes].map((one) => one.value).join("\n") + (element.value ?? "");
      search.lastIndex = 0;
      if (search.test(said)) add([element.getBoundingClientRect()]);
    }
    return found;
  }

  // The page as text without scripts, forms and menus; the operator's names are gone unless `whole`.
  const DROPPED = "script, noscript, template, iframe, object, embed, portal, meta[http-equiv], link[rel~='preload'], link[rel~='modulepreload'], link[rel~='prefetch'], link[rel~='manifest']";
  function snapshot(doc, names = [], whole = false) {
    const who = operator(doc, names);
    const search = whole ? null : pattern(who.names);
    const gone = new Set(whole ? [] : [...who.elements, ...doc.querySelectorAll(readerOf(doc).private)]);
    const copy = (node) => {
      if (node.nodeType === 3) return doc.createTextNode(search ? node.data.replace(search, "[operator]") : node.data);
      if (node.nodeType !== 1 || gone.has(node) || node.matches(DROPPED)) return null;
      const made = node.cloneNode(false);
      for (const { name, value } of [...made.attributes]) {
        if (/^on|^srcdoc$|^nonce$/i.test(name) || /^\s*javascript:/i.test(value)) made.removeAttribute(name);
        else if (search) made.setAttribute(name, value.replace(search, "[operator]"));
      }
      if (/^(input|textarea)$/i.test(made.localName)) made.removeAttribute("value");
      for (const child of node.childNodes) {
        const below = copy(child);
        if (below) made.append(below);
      }
      return made;
    };
    const head = `<!doctype html>\n<!-- ${new Date().toISOString()} -->\n`;
    return head + (copy(doc.documentElement)?.outerHTML ?? "");
  }

  // The thread: press what brings more comments until nothing comes or the time is over, then read.
  const MORE = /((view|show|see|load)\s+(more|all|previous|\d+)|more (comments|replies)|\d+\s+repl(y|ies)|(shfaq|shiko)\b.*(koment|përgjigj)|më shumë (komente|përgjigje)|(prikaži|pogledaj|vidi)\b.*(komentar|odgovor)|još (komentara|odgovora)|(прикажи|погледај)\b.*(коментар|одговор)|још (коментара|одговора))/i;
  const HIDDEN = /(hidden|offensive|probable spam|fshehur|skriven|сакривен)/i;
  async function thread(doc, names = [], { seconds = 30, pause = 350 } = {}) {
    const reader = readerOf(doc);
    const page = doc.location.href;
    const until = Date.now() + seconds * 1000;
    // A button is pressed again only after it has brought something.
    const pressed = new WeakMap();
    const number = () => reader.comments(doc).length;
    const buttons = () => [...doc.querySelectorAll('button, [role="button"], a[role="link"], ytd-continuation-item-renderer')]
      .filter((e) => textOf(e).length < 80 && pressed.get(e) !== number() && e.getClientRects().length);
    let quiet = 0;
    let before = -1;
    while (Date.now() < until && quiet < 3) {
      const next = buttons().find((e) => MORE.test(textOf(e)) && !HIDDEN.test(textOf(e)));
      if (next) {
        pressed.set(next, number());
        next.click();
      } else {
        reader.comments(doc).at(-1)?.scrollIntoView({ block: "end" });
      }
      await new Promise((done) => setTimeout(done, pause));
      const now = number();
      quiet = now === before && !next ? quiet + 1 : 0;
      before = now;
    }
    const search = pattern(operator(doc, names).names);
    const clean = (comment) => !search || !(comment.account_name + "\n" + comment.account_handle).match(search);
    const all = reader.comments(doc).map((element) => finished(reader.comment(element, page), {})).filter((comment) => comment.text);
    const kept = all.filter(clean);
    for (const comment of kept) if (search) comment.text = comment.text.replace(search, "[operator]");
    const hidden = buttons().filter((e) => HIDDEN.test(textOf(e))).reduce((sum, e) => sum + (count(textOf(e)) ?? 1), 0);
    return {
      sort: reader.sort(doc) || "", shown: all.length, captured: kept.length, own: all.length - kept.length, hidden,
      declared: read(doc).post.counts.comments ?? null, comments: kept,
    };
  }

  // All that one press of the key takes, but the picture.
  function take(names = []) {
    const doc = document;
    const found = read(doc);
    const who = operator(doc, names);
    const search = pattern(who.names);
    for (const part of [found.post, found.comment]) {
      for (const name of search && part ? ["title", "text"] : []) part[name] = part[name].replace(search, "[operator]");
    }
    if (search) found.selected = found.selected.replace(search, "[operator]");
    return {
      ...found, operator: who.names, boxes: boxes(doc, names), dom: snapshot(doc, names), width: doc.defaultView.innerWidth,
      seen_at: new Date().toISOString(),
    };
  }

  return { platformOf, count, read, operator, boxes, snapshot, thread, take };
})();
