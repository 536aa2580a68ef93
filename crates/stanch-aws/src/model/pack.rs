//! The pack: all models in one file, each compressed on its own behind an index.
//!
//! Layout: the magic, the length of the index as 4 bytes (little endian), the index, the blocks. Index and blocks are
//! `postcard`; a block is compressed with zstd. The same models give the same bytes.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::compile::ModelError;
use super::partitions::Geography;
use super::service::Service;

const MAGIC: &[u8; 8] = b"stanchA1";
/// Bytes that one block may have when unpacked: the largest service has about 2 MB.
const BLOCK_LIMIT: u32 = 64 << 20;
/// The strongest level without the huge windows of the last three, which cost memory and gained nothing here.
const LEVEL: i32 = 19;

/// Description of the pack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    /// Source of the models, such as `botocore 1.44.5`.
    pub(super) source: String,
    /// Partitions and regions.
    pub(super) geography: Block,
    /// Sorted by name.
    pub(super) services: Vec<Entry>,
}

/// A service's line in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) block: Block,
}

/// Where a block lies behind the index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Block {
    offset: u32,
    length: u32,
    unpacked: u32,
}

/// Writes a pack.
///
/// # Errors
/// When a part can't be written or is larger than a pack can hold.
pub fn write(source: &str, geography: &Geography, services: &[Service]) -> Result<Vec<u8>, ModelError> {
    let mut blocks = Vec::new();
    let mut index = Index {
        source: source.to_owned(),
        geography: add(&mut blocks, geography)?,
        services: Vec::new(),
    };
    let mut sorted: Vec<&Service> = services.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    for service in sorted {
        index.services.push(Entry {
            name: service.name.clone(),
            block: add(&mut blocks, service)?,
        });
    }
    let index = encoded(&index)?;
    let mut pack = MAGIC.to_vec();
    pack.extend(size(index.len())?.to_le_bytes());
    pack.extend(index);
    pack.extend(blocks);
    Ok(pack)
}

fn add<T: Serialize>(blocks: &mut Vec<u8>, part: &T) -> Result<Block, ModelError> {
    let plain = encoded(part)?;
    let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|error| ModelError(error.to_string()))?;
    let block = Block {
        offset: size(blocks.len())?,
        length: size(packed.len())?,
        unpacked: size(plain.len())?,
    };
    blocks.extend(packed);
    Ok(block)
}

fn encoded<T: Serialize>(part: &T) -> Result<Vec<u8>, ModelError> {
    postcard::to_allocvec(part).map_err(|error| ModelError(error.to_string()))
}

fn size(length: usize) -> Result<u32, ModelError> {
    u32::try_from(length).map_err(|_| ModelError("a pack holds at most 4 GiB".to_owned()))
}

fn damaged() -> ModelError {
    ModelError("the pack of service models is damaged".to_owned())
}

/// Reads the index; gives it with what lies behind it.
pub(super) fn open(pack: &[u8]) -> Result<(Index, &[u8]), ModelError> {
    let rest = pack.strip_prefix(MAGIC).ok_or_else(damaged)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (index, blocks) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let index = postcard::from_bytes(index).map_err(|_| damaged())?;
    Ok((index, blocks))
}

/// Unpacks a block.
pub(super) fn block<T: DeserializeOwned>(blocks: &[u8], place: Block) -> Result<T, ModelError> {
    if place.unpacked > BLOCK_LIMIT {
        return Err(damaged());
    }
    let packed = blocks
        .get(place.offset as usize..)
        .and_then(|rest| rest.get(..place.length as usize))
        .ok_or_else(damaged)?;
    let plain = zstd::bulk::decompress(packed, place.unpacked as usize).map_err(|_| damaged())?;
    postcard::from_bytes(&plain).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_pack_is_refused() {
        let pack = write("test", &Geography::default(), &[]).unwrap();
        assert_eq!(open(&pack).unwrap().0.source, "test");
        for end in 0..pack.len() {
            if let Ok((index, blocks)) = open(&pack[..end]) {
                assert_eq!(
                    block::<Geography>(blocks, index.geography),
                    Err(damaged()),
                    "cut at {end}"
                );
            }
        }
    }
}
