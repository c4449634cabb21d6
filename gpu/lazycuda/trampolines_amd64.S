//go:build cuda && linux && amd64

// made by go generate from cuda.h; do not edit. 

.text

.globl cuGetErrorString
.hidden cuGetErrorString
.type cuGetErrorString, STT_FUNC
cuGetErrorString:
	jmp *(lazycuda_slots + 0)(%rip)

.globl cuGetErrorName
.hidden cuGetErrorName
.type cuGetErrorName, STT_FUNC
cuGetErrorName:
	jmp *(lazycuda_slots + 8)(%rip)

.globl cuInit
.hidden cuInit
.type cuInit, STT_FUNC
cuInit:
	jmp *(lazycuda_slots + 16)(%rip)

.globl cuDriverGetVersion
.hidden cuDriverGetVersion
.type cuDriverGetVersion, STT_FUNC
cuDriverGetVersion:
	jmp *(lazycuda_slots + 24)(%rip)

.globl cuDeviceGet
.hidden cuDeviceGet
.type cuDeviceGet, STT_FUNC
cuDeviceGet:
	jmp *(lazycuda_slots + 32)(%rip)

.globl cuDeviceGetCount
.hidden cuDeviceGetCount
.type cuDeviceGetCount, STT_FUNC
cuDeviceGetCount:
	jmp *(lazycuda_slots + 40)(%rip)

.globl cuDeviceGetName
.hidden cuDeviceGetName
.type cuDeviceGetName, STT_FUNC
cuDeviceGetName:
	jmp *(lazycuda_slots + 48)(%rip)

.globl cuDeviceGetUuid
.hidden cuDeviceGetUuid
.type cuDeviceGetUuid, STT_FUNC
cuDeviceGetUuid:
	jmp *(lazycuda_slots + 56)(%rip)

.globl cuDeviceGetUuid_v2
.hidden cuDeviceGetUuid_v2
.type cuDeviceGetUuid_v2, STT_FUNC
cuDeviceGetUuid_v2:
	jmp *(lazycuda_slots + 64)(%rip)

.globl cuDeviceTotalMem_v2
.hidden cuDeviceTotalMem_v2
.type cuDeviceTotalMem_v2, STT_FUNC
cuDeviceTotalMem_v2:
	jmp *(lazycuda_slots + 72)(%rip)

.globl cuDeviceGetAttribute
.hidden cuDeviceGetAttribute
.type cuDeviceGetAttribute, STT_FUNC
cuDeviceGetAttribute:
	jmp *(lazycuda_slots + 80)(%rip)

.globl cuDevicePrimaryCtxRetain
.hidden cuDevicePrimaryCtxRetain
.type cuDevicePrimaryCtxRetain, STT_FUNC
cuDevicePrimaryCtxRetain:
	jmp *(lazycuda_slots + 88)(%rip)

.globl cuDevicePrimaryCtxRelease_v2
.hidden cuDevicePrimaryCtxRelease_v2
.type cuDevicePrimaryCtxRelease_v2, STT_FUNC
cuDevicePrimaryCtxRelease_v2:
	jmp *(lazycuda_slots + 96)(%rip)

.globl cuDevicePrimaryCtxSetFlags_v2
.hidden cuDevicePrimaryCtxSetFlags_v2
.type cuDevicePrimaryCtxSetFlags_v2, STT_FUNC
cuDevicePrimaryCtxSetFlags_v2:
	jmp *(lazycuda_slots + 104)(%rip)

.globl cuDevicePrimaryCtxGetState
.hidden cuDevicePrimaryCtxGetState
.type cuDevicePrimaryCtxGetState, STT_FUNC
cuDevicePrimaryCtxGetState:
	jmp *(lazycuda_slots + 112)(%rip)

.globl cuDevicePrimaryCtxReset_v2
.hidden cuDevicePrimaryCtxReset_v2
.type cuDevicePrimaryCtxReset_v2, STT_FUNC
cuDevicePrimaryCtxReset_v2:
	jmp *(lazycuda_slots + 120)(%rip)

.globl cuCtxCreate_v2
.hidden cuCtxCreate_v2
.type cuCtxCreate_v2, STT_FUNC
cuCtxCreate_v2:
	jmp *(lazycuda_slots + 128)(%rip)

.globl cuCtxDestroy_v2
.hidden cuCtxDestroy_v2
.type cuCtxDestroy_v2, STT_FUNC
cuCtxDestroy_v2:
	jmp *(lazycuda_slots + 136)(%rip)

.globl cuCtxPushCurrent_v2
.hidden cuCtxPushCurrent_v2
.type cuCtxPushCurrent_v2, STT_FUNC
cuCtxPushCurrent_v2:
	jmp *(lazycuda_slots + 144)(%rip)

.globl cuCtxPopCurrent_v2
.hidden cuCtxPopCurrent_v2
.type cuCtxPopCurrent_v2, STT_FUNC
cuCtxPopCurrent_v2:
	jmp *(lazycuda_slots + 152)(%rip)

.globl cuCtxSetCurrent
.hidden cuCtxSetCurrent
.type cuCtxSetCurrent, STT_FUNC
cuCtxSetCurrent:
	jmp *(lazycuda_slots + 160)(%rip)

.globl cuCtxGetCurrent
.hidden cuCtxGetCurrent
.type cuCtxGetCurrent, STT_FUNC
cuCtxGetCurrent:
	jmp *(lazycuda_slots + 168)(%rip)

.globl cuCtxGetDevice
.hidden cuCtxGetDevice
.type cuCtxGetDevice, STT_FUNC
cuCtxGetDevice:
	jmp *(lazycuda_slots + 176)(%rip)

.globl cuCtxGetFlags
.hidden cuCtxGetFlags
.type cuCtxGetFlags, STT_FUNC
cuCtxGetFlags:
	jmp *(lazycuda_slots + 184)(%rip)

.globl cuCtxSynchronize
.hidden cuCtxSynchronize
.type cuCtxSynchronize, STT_FUNC
cuCtxSynchronize:
	jmp *(lazycuda_slots + 192)(%rip)

.globl cuCtxSetLimit
.hidden cuCtxSetLimit
.type cuCtxSetLimit, STT_FUNC
cuCtxSetLimit:
	jmp *(lazycuda_slots + 200)(%rip)

.globl cuCtxGetLimit
.hidden cuCtxGetLimit
.type cuCtxGetLimit, STT_FUNC
cuCtxGetLimit:
	jmp *(lazycuda_slots + 208)(%rip)

.globl cuCtxGetCacheConfig
.hidden cuCtxGetCacheConfig
.type cuCtxGetCacheConfig, STT_FUNC
cuCtxGetCacheConfig:
	jmp *(lazycuda_slots + 216)(%rip)

.globl cuCtxSetCacheConfig
.hidden cuCtxSetCacheConfig
.type cuCtxSetCacheConfig, STT_FUNC
cuCtxSetCacheConfig:
	jmp *(lazycuda_slots + 224)(%rip)

.globl cuCtxGetApiVersion
.hidden cuCtxGetApiVersion
.type cuCtxGetApiVersion, STT_FUNC
cuCtxGetApiVersion:
	jmp *(lazycuda_slots + 232)(%rip)

.globl cuCtxGetStreamPriorityRange
.hidden cuCtxGetStreamPriorityRange
.type cuCtxGetStreamPriorityRange, STT_FUNC
cuCtxGetStreamPriorityRange:
	jmp *(lazycuda_slots + 240)(%rip)

.globl cuCtxResetPersistingL2Cache
.hidden cuCtxResetPersistingL2Cache
.type cuCtxResetPersistingL2Cache, STT_FUNC
cuCtxResetPersistingL2Cache:
	jmp *(lazycuda_slots + 248)(%rip)

.globl cuCtxGetSharedMemConfig
.hidden cuCtxGetSharedMemConfig
.type cuCtxGetSharedMemConfig, STT_FUNC
cuCtxGetSharedMemConfig:
	jmp *(lazycuda_slots + 256)(%rip)

.globl cuCtxSetSharedMemConfig
.hidden cuCtxSetSharedMemConfig
.type cuCtxSetSharedMemConfig, STT_FUNC
cuCtxSetSharedMemConfig:
	jmp *(lazycuda_slots + 264)(%rip)

.globl cuModuleLoad
.hidden cuModuleLoad
.type cuModuleLoad, STT_FUNC
cuModuleLoad:
	jmp *(lazycuda_slots + 272)(%rip)

.globl cuModuleLoadData
.hidden cuModuleLoadData
.type cuModuleLoadData, STT_FUNC
cuModuleLoadData:
	jmp *(lazycuda_slots + 280)(%rip)

.globl cuModuleLoadDataEx
.hidden cuModuleLoadDataEx
.type cuModuleLoadDataEx, STT_FUNC
cuModuleLoadDataEx:
	jmp *(lazycuda_slots + 288)(%rip)

.globl cuModuleLoadFatBinary
.hidden cuModuleLoadFatBinary
.type cuModuleLoadFatBinary, STT_FUNC
cuModuleLoadFatBinary:
	jmp *(lazycuda_slots + 296)(%rip)

.globl cuModuleUnload
.hidden cuModuleUnload
.type cuModuleUnload, STT_FUNC
cuModuleUnload:
	jmp *(lazycuda_slots + 304)(%rip)

.globl cuModuleGetFunction
.hidden cuModuleGetFunction
.type cuModuleGetFunction, STT_FUNC
cuModuleGetFunction:
	jmp *(lazycuda_slots + 312)(%rip)

.globl cuModuleGetGlobal_v2
.hidden cuModuleGetGlobal_v2
.type cuModuleGetGlobal_v2, STT_FUNC
cuModuleGetGlobal_v2:
	jmp *(lazycuda_slots + 320)(%rip)

.globl cuLinkCreate_v2
.hidden cuLinkCreate_v2
.type cuLinkCreate_v2, STT_FUNC
cuLinkCreate_v2:
	jmp *(lazycuda_slots + 328)(%rip)

.globl cuLinkAddData_v2
.hidden cuLinkAddData_v2
.type cuLinkAddData_v2, STT_FUNC
cuLinkAddData_v2:
	jmp *(lazycuda_slots + 336)(%rip)

.globl cuLinkAddFile_v2
.hidden cuLinkAddFile_v2
.type cuLinkAddFile_v2, STT_FUNC
cuLinkAddFile_v2:
	jmp *(lazycuda_slots + 344)(%rip)

.globl cuLinkComplete
.hidden cuLinkComplete
.type cuLinkComplete, STT_FUNC
cuLinkComplete:
	jmp *(lazycuda_slots + 352)(%rip)

.globl cuLinkDestroy
.hidden cuLinkDestroy
.type cuLinkDestroy, STT_FUNC
cuLinkDestroy:
	jmp *(lazycuda_slots + 360)(%rip)

.globl cuModuleGetTexRef
.hidden cuModuleGetTexRef
.type cuModuleGetTexRef, STT_FUNC
cuModuleGetTexRef:
	jmp *(lazycuda_slots + 368)(%rip)

.globl cuModuleGetSurfRef
.hidden cuModuleGetSurfRef
.type cuModuleGetSurfRef, STT_FUNC
cuModuleGetSurfRef:
	jmp *(lazycuda_slots + 376)(%rip)

.globl cuMemGetInfo_v2
.hidden cuMemGetInfo_v2
.type cuMemGetInfo_v2, STT_FUNC
cuMemGetInfo_v2:
	jmp *(lazycuda_slots + 384)(%rip)

.globl cuMemAlloc_v2
.hidden cuMemAlloc_v2
.type cuMemAlloc_v2, STT_FUNC
cuMemAlloc_v2:
	jmp *(lazycuda_slots + 392)(%rip)

.globl cuMemAllocPitch_v2
.hidden cuMemAllocPitch_v2
.type cuMemAllocPitch_v2, STT_FUNC
cuMemAllocPitch_v2:
	jmp *(lazycuda_slots + 400)(%rip)

.globl cuMemFree_v2
.hidden cuMemFree_v2
.type cuMemFree_v2, STT_FUNC
cuMemFree_v2:
	jmp *(lazycuda_slots + 408)(%rip)

.globl cuMemGetAddressRange_v2
.hidden cuMemGetAddressRange_v2
.type cuMemGetAddressRange_v2, STT_FUNC
cuMemGetAddressRange_v2:
	jmp *(lazycuda_slots + 416)(%rip)

.globl cuMemFreeHost
.hidden cuMemFreeHost
.type cuMemFreeHost, STT_FUNC
cuMemFreeHost:
	jmp *(lazycuda_slots + 424)(%rip)

.globl cuMemHostAlloc
.hidden cuMemHostAlloc
.type cuMemHostAlloc, STT_FUNC
cuMemHostAlloc:
	jmp *(lazycuda_slots + 432)(%rip)

.globl cuMemAllocManaged
.hidden cuMemAllocManaged
.type cuMemAllocManaged, STT_FUNC
cuMemAllocManaged:
	jmp *(lazycuda_slots + 440)(%rip)

.globl cuMemcpy
.hidden cuMemcpy
.type cuMemcpy, STT_FUNC
cuMemcpy:
	jmp *(lazycuda_slots + 448)(%rip)

.globl cuMemcpyPeer
.hidden cuMemcpyPeer
.type cuMemcpyPeer, STT_FUNC
cuMemcpyPeer:
	jmp *(lazycuda_slots + 456)(%rip)

.globl cuMemcpyHtoD_v2
.hidden cuMemcpyHtoD_v2
.type cuMemcpyHtoD_v2, STT_FUNC
cuMemcpyHtoD_v2:
	jmp *(lazycuda_slots + 464)(%rip)

.globl cuMemcpyDtoH_v2
.hidden cuMemcpyDtoH_v2
.type cuMemcpyDtoH_v2, STT_FUNC
cuMemcpyDtoH_v2:
	jmp *(lazycuda_slots + 472)(%rip)

.globl cuMemcpyDtoD_v2
.hidden cuMemcpyDtoD_v2
.type cuMemcpyDtoD_v2, STT_FUNC
cuMemcpyDtoD_v2:
	jmp *(lazycuda_slots + 480)(%rip)

.globl cuMemcpyDtoA_v2
.hidden cuMemcpyDtoA_v2
.type cuMemcpyDtoA_v2, STT_FUNC
cuMemcpyDtoA_v2:
	jmp *(lazycuda_slots + 488)(%rip)

.globl cuMemcpyAtoD_v2
.hidden cuMemcpyAtoD_v2
.type cuMemcpyAtoD_v2, STT_FUNC
cuMemcpyAtoD_v2:
	jmp *(lazycuda_slots + 496)(%rip)

.globl cuMemcpyHtoA_v2
.hidden cuMemcpyHtoA_v2
.type cuMemcpyHtoA_v2, STT_FUNC
cuMemcpyHtoA_v2:
	jmp *(lazycuda_slots + 504)(%rip)

.globl cuMemcpyAtoH_v2
.hidden cuMemcpyAtoH_v2
.type cuMemcpyAtoH_v2, STT_FUNC
cuMemcpyAtoH_v2:
	jmp *(lazycuda_slots + 512)(%rip)

.globl cuMemcpyAtoA_v2
.hidden cuMemcpyAtoA_v2
.type cuMemcpyAtoA_v2, STT_FUNC
cuMemcpyAtoA_v2:
	jmp *(lazycuda_slots + 520)(%rip)

.globl cuMemcpy2D_v2
.hidden cuMemcpy2D_v2
.type cuMemcpy2D_v2, STT_FUNC
cuMemcpy2D_v2:
	jmp *(lazycuda_slots + 528)(%rip)

.globl cuMemcpy2DUnaligned_v2
.hidden cuMemcpy2DUnaligned_v2
.type cuMemcpy2DUnaligned_v2, STT_FUNC
cuMemcpy2DUnaligned_v2:
	jmp *(lazycuda_slots + 536)(%rip)

.globl cuMemcpy3D_v2
.hidden cuMemcpy3D_v2
.type cuMemcpy3D_v2, STT_FUNC
cuMemcpy3D_v2:
	jmp *(lazycuda_slots + 544)(%rip)

.globl cuMemcpy3DPeer
.hidden cuMemcpy3DPeer
.type cuMemcpy3DPeer, STT_FUNC
cuMemcpy3DPeer:
	jmp *(lazycuda_slots + 552)(%rip)

.globl cuMemcpyAsync
.hidden cuMemcpyAsync
.type cuMemcpyAsync, STT_FUNC
cuMemcpyAsync:
	jmp *(lazycuda_slots + 560)(%rip)

.globl cuMemcpyPeerAsync
.hidden cuMemcpyPeerAsync
.type cuMemcpyPeerAsync, STT_FUNC
cuMemcpyPeerAsync:
	jmp *(lazycuda_slots + 568)(%rip)

.globl cuMemcpyHtoDAsync_v2
.hidden cuMemcpyHtoDAsync_v2
.type cuMemcpyHtoDAsync_v2, STT_FUNC
cuMemcpyHtoDAsync_v2:
	jmp *(lazycuda_slots + 576)(%rip)

.globl cuMemcpyDtoHAsync_v2
.hidden cuMemcpyDtoHAsync_v2
.type cuMemcpyDtoHAsync_v2, STT_FUNC
cuMemcpyDtoHAsync_v2:
	jmp *(lazycuda_slots + 584)(%rip)

.globl cuMemcpyDtoDAsync_v2
.hidden cuMemcpyDtoDAsync_v2
.type cuMemcpyDtoDAsync_v2, STT_FUNC
cuMemcpyDtoDAsync_v2:
	jmp *(lazycuda_slots + 592)(%rip)

.globl cuMemcpyHtoAAsync_v2
.hidden cuMemcpyHtoAAsync_v2
.type cuMemcpyHtoAAsync_v2, STT_FUNC
cuMemcpyHtoAAsync_v2:
	jmp *(lazycuda_slots + 600)(%rip)

.globl cuMemcpyAtoHAsync_v2
.hidden cuMemcpyAtoHAsync_v2
.type cuMemcpyAtoHAsync_v2, STT_FUNC
cuMemcpyAtoHAsync_v2:
	jmp *(lazycuda_slots + 608)(%rip)

.globl cuMemcpy2DAsync_v2
.hidden cuMemcpy2DAsync_v2
.type cuMemcpy2DAsync_v2, STT_FUNC
cuMemcpy2DAsync_v2:
	jmp *(lazycuda_slots + 616)(%rip)

.globl cuMemcpy3DAsync_v2
.hidden cuMemcpy3DAsync_v2
.type cuMemcpy3DAsync_v2, STT_FUNC
cuMemcpy3DAsync_v2:
	jmp *(lazycuda_slots + 624)(%rip)

.globl cuMemcpy3DPeerAsync
.hidden cuMemcpy3DPeerAsync
.type cuMemcpy3DPeerAsync, STT_FUNC
cuMemcpy3DPeerAsync:
	jmp *(lazycuda_slots + 632)(%rip)

.globl cuMemsetD8_v2
.hidden cuMemsetD8_v2
.type cuMemsetD8_v2, STT_FUNC
cuMemsetD8_v2:
	jmp *(lazycuda_slots + 640)(%rip)

.globl cuMemsetD16_v2
.hidden cuMemsetD16_v2
.type cuMemsetD16_v2, STT_FUNC
cuMemsetD16_v2:
	jmp *(lazycuda_slots + 648)(%rip)

.globl cuMemsetD32_v2
.hidden cuMemsetD32_v2
.type cuMemsetD32_v2, STT_FUNC
cuMemsetD32_v2:
	jmp *(lazycuda_slots + 656)(%rip)

.globl cuMemsetD2D8_v2
.hidden cuMemsetD2D8_v2
.type cuMemsetD2D8_v2, STT_FUNC
cuMemsetD2D8_v2:
	jmp *(lazycuda_slots + 664)(%rip)

.globl cuMemsetD2D16_v2
.hidden cuMemsetD2D16_v2
.type cuMemsetD2D16_v2, STT_FUNC
cuMemsetD2D16_v2:
	jmp *(lazycuda_slots + 672)(%rip)

.globl cuMemsetD2D32_v2
.hidden cuMemsetD2D32_v2
.type cuMemsetD2D32_v2, STT_FUNC
cuMemsetD2D32_v2:
	jmp *(lazycuda_slots + 680)(%rip)

.globl cuMemsetD8Async
.hidden cuMemsetD8Async
.type cuMemsetD8Async, STT_FUNC
cuMemsetD8Async:
	jmp *(lazycuda_slots + 688)(%rip)

.globl cuMemsetD16Async
.hidden cuMemsetD16Async
.type cuMemsetD16Async, STT_FUNC
cuMemsetD16Async:
	jmp *(lazycuda_slots + 696)(%rip)

.globl cuMemsetD32Async
.hidden cuMemsetD32Async
.type cuMemsetD32Async, STT_FUNC
cuMemsetD32Async:
	jmp *(lazycuda_slots + 704)(%rip)

.globl cuMemsetD2D8Async
.hidden cuMemsetD2D8Async
.type cuMemsetD2D8Async, STT_FUNC
cuMemsetD2D8Async:
	jmp *(lazycuda_slots + 712)(%rip)

.globl cuMemsetD2D16Async
.hidden cuMemsetD2D16Async
.type cuMemsetD2D16Async, STT_FUNC
cuMemsetD2D16Async:
	jmp *(lazycuda_slots + 720)(%rip)

.globl cuMemsetD2D32Async
.hidden cuMemsetD2D32Async
.type cuMemsetD2D32Async, STT_FUNC
cuMemsetD2D32Async:
	jmp *(lazycuda_slots + 728)(%rip)

.globl cuArrayCreate_v2
.hidden cuArrayCreate_v2
.type cuArrayCreate_v2, STT_FUNC
cuArrayCreate_v2:
	jmp *(lazycuda_slots + 736)(%rip)

.globl cuArrayGetDescriptor_v2
.hidden cuArrayGetDescriptor_v2
.type cuArrayGetDescriptor_v2, STT_FUNC
cuArrayGetDescriptor_v2:
	jmp *(lazycuda_slots + 744)(%rip)

.globl cuArrayDestroy
.hidden cuArrayDestroy
.type cuArrayDestroy, STT_FUNC
cuArrayDestroy:
	jmp *(lazycuda_slots + 752)(%rip)

.globl cuArray3DCreate_v2
.hidden cuArray3DCreate_v2
.type cuArray3DCreate_v2, STT_FUNC
cuArray3DCreate_v2:
	jmp *(lazycuda_slots + 760)(%rip)

.globl cuArray3DGetDescriptor_v2
.hidden cuArray3DGetDescriptor_v2
.type cuArray3DGetDescriptor_v2, STT_FUNC
cuArray3DGetDescriptor_v2:
	jmp *(lazycuda_slots + 768)(%rip)

.globl cuPointerGetAttribute
.hidden cuPointerGetAttribute
.type cuPointerGetAttribute, STT_FUNC
cuPointerGetAttribute:
	jmp *(lazycuda_slots + 776)(%rip)

.globl cuMemPrefetchAsync
.hidden cuMemPrefetchAsync
.type cuMemPrefetchAsync, STT_FUNC
cuMemPrefetchAsync:
	jmp *(lazycuda_slots + 784)(%rip)

.globl cuMemAdvise
.hidden cuMemAdvise
.type cuMemAdvise, STT_FUNC
cuMemAdvise:
	jmp *(lazycuda_slots + 792)(%rip)

.globl cuPointerSetAttribute
.hidden cuPointerSetAttribute
.type cuPointerSetAttribute, STT_FUNC
cuPointerSetAttribute:
	jmp *(lazycuda_slots + 800)(%rip)

.globl cuStreamCreate
.hidden cuStreamCreate
.type cuStreamCreate, STT_FUNC
cuStreamCreate:
	jmp *(lazycuda_slots + 808)(%rip)

.globl cuStreamCreateWithPriority
.hidden cuStreamCreateWithPriority
.type cuStreamCreateWithPriority, STT_FUNC
cuStreamCreateWithPriority:
	jmp *(lazycuda_slots + 816)(%rip)

.globl cuStreamGetPriority
.hidden cuStreamGetPriority
.type cuStreamGetPriority, STT_FUNC
cuStreamGetPriority:
	jmp *(lazycuda_slots + 824)(%rip)

.globl cuStreamGetFlags
.hidden cuStreamGetFlags
.type cuStreamGetFlags, STT_FUNC
cuStreamGetFlags:
	jmp *(lazycuda_slots + 832)(%rip)

.globl cuStreamWaitEvent
.hidden cuStreamWaitEvent
.type cuStreamWaitEvent, STT_FUNC
cuStreamWaitEvent:
	jmp *(lazycuda_slots + 840)(%rip)

.globl cuStreamAttachMemAsync
.hidden cuStreamAttachMemAsync
.type cuStreamAttachMemAsync, STT_FUNC
cuStreamAttachMemAsync:
	jmp *(lazycuda_slots + 848)(%rip)

.globl cuStreamQuery
.hidden cuStreamQuery
.type cuStreamQuery, STT_FUNC
cuStreamQuery:
	jmp *(lazycuda_slots + 856)(%rip)

.globl cuStreamSynchronize
.hidden cuStreamSynchronize
.type cuStreamSynchronize, STT_FUNC
cuStreamSynchronize:
	jmp *(lazycuda_slots + 864)(%rip)

.globl cuStreamDestroy_v2
.hidden cuStreamDestroy_v2
.type cuStreamDestroy_v2, STT_FUNC
cuStreamDestroy_v2:
	jmp *(lazycuda_slots + 872)(%rip)

.globl cuEventCreate
.hidden cuEventCreate
.type cuEventCreate, STT_FUNC
cuEventCreate:
	jmp *(lazycuda_slots + 880)(%rip)

.globl cuEventRecord
.hidden cuEventRecord
.type cuEventRecord, STT_FUNC
cuEventRecord:
	jmp *(lazycuda_slots + 888)(%rip)

.globl cuEventQuery
.hidden cuEventQuery
.type cuEventQuery, STT_FUNC
cuEventQuery:
	jmp *(lazycuda_slots + 896)(%rip)

.globl cuEventSynchronize
.hidden cuEventSynchronize
.type cuEventSynchronize, STT_FUNC
cuEventSynchronize:
	jmp *(lazycuda_slots + 904)(%rip)

.globl cuEventDestroy_v2
.hidden cuEventDestroy_v2
.type cuEventDestroy_v2, STT_FUNC
cuEventDestroy_v2:
	jmp *(lazycuda_slots + 912)(%rip)

.globl cuEventElapsedTime
.hidden cuEventElapsedTime
.type cuEventElapsedTime, STT_FUNC
cuEventElapsedTime:
	jmp *(lazycuda_slots + 920)(%rip)

.globl cuStreamWaitValue32_v2
.hidden cuStreamWaitValue32_v2
.type cuStreamWaitValue32_v2, STT_FUNC
cuStreamWaitValue32_v2:
	jmp *(lazycuda_slots + 928)(%rip)

.globl cuStreamWriteValue32_v2
.hidden cuStreamWriteValue32_v2
.type cuStreamWriteValue32_v2, STT_FUNC
cuStreamWriteValue32_v2:
	jmp *(lazycuda_slots + 936)(%rip)

.globl cuFuncGetAttribute
.hidden cuFuncGetAttribute
.type cuFuncGetAttribute, STT_FUNC
cuFuncGetAttribute:
	jmp *(lazycuda_slots + 944)(%rip)

.globl cuFuncSetAttribute
.hidden cuFuncSetAttribute
.type cuFuncSetAttribute, STT_FUNC
cuFuncSetAttribute:
	jmp *(lazycuda_slots + 952)(%rip)

.globl cuFuncSetCacheConfig
.hidden cuFuncSetCacheConfig
.type cuFuncSetCacheConfig, STT_FUNC
cuFuncSetCacheConfig:
	jmp *(lazycuda_slots + 960)(%rip)

.globl cuLaunchKernel
.hidden cuLaunchKernel
.type cuLaunchKernel, STT_FUNC
cuLaunchKernel:
	jmp *(lazycuda_slots + 968)(%rip)

.globl cuFuncSetSharedMemConfig
.hidden cuFuncSetSharedMemConfig
.type cuFuncSetSharedMemConfig, STT_FUNC
cuFuncSetSharedMemConfig:
	jmp *(lazycuda_slots + 976)(%rip)

.globl cuGraphCreate
.hidden cuGraphCreate
.type cuGraphCreate, STT_FUNC
cuGraphCreate:
	jmp *(lazycuda_slots + 984)(%rip)

.globl cuGraphAddKernelNode_v2
.hidden cuGraphAddKernelNode_v2
.type cuGraphAddKernelNode_v2, STT_FUNC
cuGraphAddKernelNode_v2:
	jmp *(lazycuda_slots + 992)(%rip)

.globl cuGraphAddMemcpyNode
.hidden cuGraphAddMemcpyNode
.type cuGraphAddMemcpyNode, STT_FUNC
cuGraphAddMemcpyNode:
	jmp *(lazycuda_slots + 1000)(%rip)

.globl cuGraphAddMemsetNode
.hidden cuGraphAddMemsetNode
.type cuGraphAddMemsetNode, STT_FUNC
cuGraphAddMemsetNode:
	jmp *(lazycuda_slots + 1008)(%rip)

.globl cuGraphAddHostNode
.hidden cuGraphAddHostNode
.type cuGraphAddHostNode, STT_FUNC
cuGraphAddHostNode:
	jmp *(lazycuda_slots + 1016)(%rip)

.globl cuGraphAddChildGraphNode
.hidden cuGraphAddChildGraphNode
.type cuGraphAddChildGraphNode, STT_FUNC
cuGraphAddChildGraphNode:
	jmp *(lazycuda_slots + 1024)(%rip)

.globl cuGraphAddEmptyNode
.hidden cuGraphAddEmptyNode
.type cuGraphAddEmptyNode, STT_FUNC
cuGraphAddEmptyNode:
	jmp *(lazycuda_slots + 1032)(%rip)

.globl cuGraphClone
.hidden cuGraphClone
.type cuGraphClone, STT_FUNC
cuGraphClone:
	jmp *(lazycuda_slots + 1040)(%rip)

.globl cuGraphGetEdges
.hidden cuGraphGetEdges
.type cuGraphGetEdges, STT_FUNC
cuGraphGetEdges:
	jmp *(lazycuda_slots + 1048)(%rip)

.globl cuGraphAddDependencies
.hidden cuGraphAddDependencies
.type cuGraphAddDependencies, STT_FUNC
cuGraphAddDependencies:
	jmp *(lazycuda_slots + 1056)(%rip)

.globl cuGraphDestroyNode
.hidden cuGraphDestroyNode
.type cuGraphDestroyNode, STT_FUNC
cuGraphDestroyNode:
	jmp *(lazycuda_slots + 1064)(%rip)

.globl cuStreamBeginCapture_v2
.hidden cuStreamBeginCapture_v2
.type cuStreamBeginCapture_v2, STT_FUNC
cuStreamBeginCapture_v2:
	jmp *(lazycuda_slots + 1072)(%rip)

.globl cuStreamEndCapture
.hidden cuStreamEndCapture
.type cuStreamEndCapture, STT_FUNC
cuStreamEndCapture:
	jmp *(lazycuda_slots + 1080)(%rip)

.globl cuGraphInstantiateWithFlags
.hidden cuGraphInstantiateWithFlags
.type cuGraphInstantiateWithFlags, STT_FUNC
cuGraphInstantiateWithFlags:
	jmp *(lazycuda_slots + 1088)(%rip)

.globl cuGraphLaunch
.hidden cuGraphLaunch
.type cuGraphLaunch, STT_FUNC
cuGraphLaunch:
	jmp *(lazycuda_slots + 1096)(%rip)

.globl cuGraphExecDestroy
.hidden cuGraphExecDestroy
.type cuGraphExecDestroy, STT_FUNC
cuGraphExecDestroy:
	jmp *(lazycuda_slots + 1104)(%rip)

.globl cuGraphDestroy
.hidden cuGraphDestroy
.type cuGraphDestroy, STT_FUNC
cuGraphDestroy:
	jmp *(lazycuda_slots + 1112)(%rip)

.globl cuOccupancyMaxActiveBlocksPerMultiprocessor
.hidden cuOccupancyMaxActiveBlocksPerMultiprocessor
.type cuOccupancyMaxActiveBlocksPerMultiprocessor, STT_FUNC
cuOccupancyMaxActiveBlocksPerMultiprocessor:
	jmp *(lazycuda_slots + 1120)(%rip)

.globl cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
.hidden cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
.type cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, STT_FUNC
cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags:
	jmp *(lazycuda_slots + 1128)(%rip)

.globl cuOccupancyMaxPotentialBlockSize
.hidden cuOccupancyMaxPotentialBlockSize
.type cuOccupancyMaxPotentialBlockSize, STT_FUNC
cuOccupancyMaxPotentialBlockSize:
	jmp *(lazycuda_slots + 1136)(%rip)

.globl cuTexRefSetArray
.hidden cuTexRefSetArray
.type cuTexRefSetArray, STT_FUNC
cuTexRefSetArray:
	jmp *(lazycuda_slots + 1144)(%rip)

.globl cuTexRefSetAddress_v2
.hidden cuTexRefSetAddress_v2
.type cuTexRefSetAddress_v2, STT_FUNC
cuTexRefSetAddress_v2:
	jmp *(lazycuda_slots + 1152)(%rip)

.globl cuTexRefSetAddress2D_v3
.hidden cuTexRefSetAddress2D_v3
.type cuTexRefSetAddress2D_v3, STT_FUNC
cuTexRefSetAddress2D_v3:
	jmp *(lazycuda_slots + 1160)(%rip)

.globl cuTexRefSetFormat
.hidden cuTexRefSetFormat
.type cuTexRefSetFormat, STT_FUNC
cuTexRefSetFormat:
	jmp *(lazycuda_slots + 1168)(%rip)

.globl cuTexRefSetAddressMode
.hidden cuTexRefSetAddressMode
.type cuTexRefSetAddressMode, STT_FUNC
cuTexRefSetAddressMode:
	jmp *(lazycuda_slots + 1176)(%rip)

.globl cuTexRefSetFilterMode
.hidden cuTexRefSetFilterMode
.type cuTexRefSetFilterMode, STT_FUNC
cuTexRefSetFilterMode:
	jmp *(lazycuda_slots + 1184)(%rip)

.globl cuTexRefSetMipmapFilterMode
.hidden cuTexRefSetMipmapFilterMode
.type cuTexRefSetMipmapFilterMode, STT_FUNC
cuTexRefSetMipmapFilterMode:
	jmp *(lazycuda_slots + 1192)(%rip)

.globl cuTexRefSetMipmapLevelBias
.hidden cuTexRefSetMipmapLevelBias
.type cuTexRefSetMipmapLevelBias, STT_FUNC
cuTexRefSetMipmapLevelBias:
	jmp *(lazycuda_slots + 1200)(%rip)

.globl cuTexRefSetMipmapLevelClamp
.hidden cuTexRefSetMipmapLevelClamp
.type cuTexRefSetMipmapLevelClamp, STT_FUNC
cuTexRefSetMipmapLevelClamp:
	jmp *(lazycuda_slots + 1208)(%rip)

.globl cuTexRefSetMaxAnisotropy
.hidden cuTexRefSetMaxAnisotropy
.type cuTexRefSetMaxAnisotropy, STT_FUNC
cuTexRefSetMaxAnisotropy:
	jmp *(lazycuda_slots + 1216)(%rip)

.globl cuTexRefSetBorderColor
.hidden cuTexRefSetBorderColor
.type cuTexRefSetBorderColor, STT_FUNC
cuTexRefSetBorderColor:
	jmp *(lazycuda_slots + 1224)(%rip)

.globl cuTexRefSetFlags
.hidden cuTexRefSetFlags
.type cuTexRefSetFlags, STT_FUNC
cuTexRefSetFlags:
	jmp *(lazycuda_slots + 1232)(%rip)

.globl cuTexRefGetAddress_v2
.hidden cuTexRefGetAddress_v2
.type cuTexRefGetAddress_v2, STT_FUNC
cuTexRefGetAddress_v2:
	jmp *(lazycuda_slots + 1240)(%rip)

.globl cuTexRefGetArray
.hidden cuTexRefGetArray
.type cuTexRefGetArray, STT_FUNC
cuTexRefGetArray:
	jmp *(lazycuda_slots + 1248)(%rip)

.globl cuTexRefGetAddressMode
.hidden cuTexRefGetAddressMode
.type cuTexRefGetAddressMode, STT_FUNC
cuTexRefGetAddressMode:
	jmp *(lazycuda_slots + 1256)(%rip)

.globl cuTexRefGetFilterMode
.hidden cuTexRefGetFilterMode
.type cuTexRefGetFilterMode, STT_FUNC
cuTexRefGetFilterMode:
	jmp *(lazycuda_slots + 1264)(%rip)

.globl cuTexRefGetFormat
.hidden cuTexRefGetFormat
.type cuTexRefGetFormat, STT_FUNC
cuTexRefGetFormat:
	jmp *(lazycuda_slots + 1272)(%rip)

.globl cuTexRefGetMaxAnisotropy
.hidden cuTexRefGetMaxAnisotropy
.type cuTexRefGetMaxAnisotropy, STT_FUNC
cuTexRefGetMaxAnisotropy:
	jmp *(lazycuda_slots + 1280)(%rip)

.globl cuTexRefGetBorderColor
.hidden cuTexRefGetBorderColor
.type cuTexRefGetBorderColor, STT_FUNC
cuTexRefGetBorderColor:
	jmp *(lazycuda_slots + 1288)(%rip)

.globl cuTexRefGetFlags
.hidden cuTexRefGetFlags
.type cuTexRefGetFlags, STT_FUNC
cuTexRefGetFlags:
	jmp *(lazycuda_slots + 1296)(%rip)

.globl cuSurfRefSetArray
.hidden cuSurfRefSetArray
.type cuSurfRefSetArray, STT_FUNC
cuSurfRefSetArray:
	jmp *(lazycuda_slots + 1304)(%rip)

.globl cuSurfRefGetArray
.hidden cuSurfRefGetArray
.type cuSurfRefGetArray, STT_FUNC
cuSurfRefGetArray:
	jmp *(lazycuda_slots + 1312)(%rip)

.globl cuDeviceCanAccessPeer
.hidden cuDeviceCanAccessPeer
.type cuDeviceCanAccessPeer, STT_FUNC
cuDeviceCanAccessPeer:
	jmp *(lazycuda_slots + 1320)(%rip)

.globl cuCtxEnablePeerAccess
.hidden cuCtxEnablePeerAccess
.type cuCtxEnablePeerAccess, STT_FUNC
cuCtxEnablePeerAccess:
	jmp *(lazycuda_slots + 1328)(%rip)

.globl cuCtxDisablePeerAccess
.hidden cuCtxDisablePeerAccess
.type cuCtxDisablePeerAccess, STT_FUNC
cuCtxDisablePeerAccess:
	jmp *(lazycuda_slots + 1336)(%rip)

.globl cuIpcGetEventHandle
.hidden cuIpcGetEventHandle
.type cuIpcGetEventHandle, STT_FUNC
cuIpcGetEventHandle:
	jmp *(lazycuda_slots + 1344)(%rip)

.globl cuIpcOpenEventHandle
.hidden cuIpcOpenEventHandle
.type cuIpcOpenEventHandle, STT_FUNC
cuIpcOpenEventHandle:
	jmp *(lazycuda_slots + 1352)(%rip)

.globl cuIpcGetMemHandle
.hidden cuIpcGetMemHandle
.type cuIpcGetMemHandle, STT_FUNC
cuIpcGetMemHandle:
	jmp *(lazycuda_slots + 1360)(%rip)

.globl cuIpcOpenMemHandle_v2
.hidden cuIpcOpenMemHandle_v2
.type cuIpcOpenMemHandle_v2, STT_FUNC
cuIpcOpenMemHandle_v2:
	jmp *(lazycuda_slots + 1368)(%rip)

.globl cuIpcCloseMemHandle
.hidden cuIpcCloseMemHandle
.type cuIpcCloseMemHandle, STT_FUNC
cuIpcCloseMemHandle:
	jmp *(lazycuda_slots + 1376)(%rip)

.globl cuDeviceGetP2PAttribute
.hidden cuDeviceGetP2PAttribute
.type cuDeviceGetP2PAttribute, STT_FUNC
cuDeviceGetP2PAttribute:
	jmp *(lazycuda_slots + 1384)(%rip)

.section .note.GNU-stack,"",%progbits
