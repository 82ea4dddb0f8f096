// What the sale costs, as large as it matters, and what it is made of.
import { sale, till } from "../lib/store.mjs";
import { count, mark, t, told } from "../lib/text.mjs";
import { yuan } from "../lib/money.mjs";
import { Icon } from "./icon.jsx";
import { Money } from "./money.jsx";

export function Total({ amount = sale.value?.total ?? 0, label }) {
  const now = sale.value;
  return (
    <section class="total" aria-label={t("Total")}>
      <div class="total-head">
        <span>{label ?? (amount < 0 ? t("To give back") : t("To pay"))}</span>
        <span class="quiet" data-test="count">
          {count(now?.count ?? 0, mark("%s piece"), mark("%s pieces"))}
        </span>
      </div>
      <Money amount={amount} test="total" class="total-money" />
      <dl class="total-parts">
        <div>
          <dt>{t("Goods")}</dt>
          <dd>
            <Money amount={now?.gross ?? 0} test="gross" />
          </dd>
        </div>
        <div class={now?.discount ? "saved" : ""}>
          <dt>{t("Saved")}</dt>
          <dd>
            <Money amount={now?.discount ? -now.discount : 0} test="discount" />
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** Who buys, and with what: member, coupons, what rules remark. */
export function Buyer() {
  const now = sale.value;
  if (!now) return null;
  return (
    <div class="buyer">
      {now.member && (
        <span class="badge" data-test="member">
          <Icon name="member" size={16} />
          {now.member.name ?? now.member.code ?? now.member}
        </span>
      )}
      {(now.coupons ?? []).map((coupon) => (
        <span class="badge" key={coupon.code ?? coupon} data-test="coupon">
          <Icon name="ticket" size={16} />
          {coupon.code ?? coupon}
        </span>
      ))}
      {(now.notes ?? []).slice(0, 2).map((note) => (
        <span class="remark" key={note.campaign + (note.line ?? "")} data-test="note">
          {note.text ?? told(note.title) ?? note.reason}
        </span>
      ))}
      {now.markdown && (
        <span class="badge" data-test="sale-markdown">
          <Icon name="percent" size={16} />
          {t("Discount on the whole sale")}:{" "}
          {now.markdown.kind === "percent" ? `${now.markdown.value / 10000} %` : yuan(now.markdown.value)}
        </span>
      )}
      {now.problem && (
        <span class="badge badge-bad" data-test="sale-problem">
          <Icon name="alert" size={16} />
          {now.problem}
        </span>
      )}
      {now.notice && <span class="remark">{now.notice}</span>}
      {till.value?.parked?.length > 0 && !now.lines.length && (
        <span class="remark">{count(till.value.parked.length, mark("%s parked sale"), mark("%s parked sales"))}</span>
      )}
    </div>
  );
}
