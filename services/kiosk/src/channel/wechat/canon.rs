//! WeChat Pay v3's canonical texts, pure. Source: pay.weixin.qq.com/doc/v3, "签名生成" and "签名验证".

/// The text of a request that we sign. `target` is the path with its query; `body` the exact text sent.
pub(super) fn request_text(method: &str, target: &str, timestamp: i64, nonce: &str, body: &str) -> String {
    format!("{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n")
}

/// The text of an answer that the platform signed. A 204 has an empty body and still its line feed.
pub(super) fn answer_text(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("{timestamp}\n{nonce}\n").into_bytes();
    text.extend_from_slice(body);
    text.push(b'\n');
    text
}

/// The `Authorization` header of a signed request.
pub(super) fn authorization(
    mchid: &str,
    serial: &str,
    timestamp: i64,
    nonce: &str,
    signature: &str,
) -> String {
    format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
         timestamp=\"{timestamp}\",serial_no=\"{serial}\""
    )
}

#[cfg(test)]
mod tests;
